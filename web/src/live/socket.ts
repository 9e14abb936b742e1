/** Real WebSockets for a session's intents. */
import { type AnyClientFrame, type AnyServerFrame, decode, encode, SUBPROTOCOL } from './frames';

const PROBE_WITHIN_MS = 4_000;

export interface SocketEvents {
  opened(link: number): void;
  heard(link: number, frames: readonly AnyServerFrame[]): void;
  closed(link: number, code: number): void;
}

/** Where the hub listens, from where this page or worker came from. */
export function hubAddress(location: { protocol: string; host: string }): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}

/** Whether a WebSocket gets through to the hub, by trying. */
export function getsThrough(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, SUBPROTOCOL);
    const answer = (gets: boolean) => {
      clearTimeout(timer);
      resolve(gets);
      socket.close();
    };
    const timer = setTimeout(() => answer(false), PROBE_WITHIN_MS);
    socket.onopen = () => answer(true);
    socket.onclose = () => answer(false);
  });
}

export class Sockets {
  readonly #url: string;
  readonly #events: SocketEvents;
  readonly #open = new Map<number, WebSocket>();

  constructor(url: string, events: SocketEvents) {
    this.#url = url;
    this.#events = events;
  }

  open(link: number): void {
    const socket = new WebSocket(this.#url, SUBPROTOCOL);
    this.#open.set(link, socket);
    socket.onopen = () => this.#events.opened(link);
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#take(link, socket, data);
    socket.onclose = ({ code }) => {
      if (this.#open.delete(link)) this.#events.closed(link, code);
    };
  }

  send(link: number, frames: readonly AnyClientFrame[]): void {
    const socket = this.#open.get(link);
    if (socket?.readyState !== WebSocket.OPEN) return;
    for (const message of encode(frames)) socket.send(message);
  }

  /** Close it, and hear no more of it: whoever closes knows. */
  close(link: number, code: number): void {
    const socket = this.#open.get(link);
    this.#open.delete(link);
    if (socket === undefined) return;
    socket.onmessage = null;
    socket.close(code);
  }

  #take(link: number, socket: WebSocket, data: unknown): void {
    let frames: AnyServerFrame[];
    try {
      frames = decode(String(data));
    } catch {
      // Not our protocol: a proxy's page, or half a message. Begin again.
      socket.close(4_000);
      return;
    }
    this.#events.heard(link, frames);
  }
}
