/** By WebSocket where one gets through, else by server-sent events: which of the two each link goes. */
import type { AnyClientFrame } from './frames';
import type { SocketEvents } from './socket';
import type { Line } from './switchboard';

/** So often a WebSocket has to fail in a row before it is taken for blocked. */
const FAILURES = 2;
/** Some proxies swallow the handshake without a word. */
const OPEN_WITHIN_MS = 4_000;
const LOOK_AGAIN_MS = 30_000;
const LONGEST_MS = 600_000;

export class Ways implements Line {
  readonly #events: SocketEvents;
  readonly #sockets: Line;
  readonly #streams: Line;
  readonly #gets: () => Promise<boolean>;
  readonly #better: () => void;
  readonly #links = new Map<number, Line>();
  readonly #opening = new Map<number, ReturnType<typeof setTimeout> | null>();
  #failures = 0;
  #lookAgainMs = LOOK_AGAIN_MS;
  #look: ReturnType<typeof setTimeout> | null = null;

  constructor(options: {
    events: SocketEvents;
    sockets: (events: SocketEvents) => Line;
    streams: (events: SocketEvents) => Line;
    /** Whether a WebSocket gets through, by trying. */
    gets: () => Promise<boolean>;
    /** A WebSocket gets through again: open the next link, and leave this one. */
    better: () => void;
  }) {
    this.#events = options.events;
    this.#gets = options.gets;
    this.#better = options.better;
    const events: SocketEvents = {
      opened: (link) => this.#opened(link),
      heard: (link, frames) => this.#events.heard(link, frames),
      closed: (link, code) => this.#closed(link, code),
    };
    this.#sockets = options.sockets(events);
    this.#streams = options.streams(events);
  }

  open(link: number): void {
    const way = this.#failures >= FAILURES ? this.#streams : this.#sockets;
    this.#links.set(link, way);
    if (way === this.#sockets) {
      const giveUp = () => {
        way.close(link, 1_000);
        this.#closed(link, 1_006);
      };
      this.#opening.set(link, setTimeout(giveUp, OPEN_WITHIN_MS));
    } else {
      this.#opening.set(link, null);
    }
    way.open(link);
  }

  send(link: number, frames: readonly AnyClientFrame[]): void {
    this.#links.get(link)?.send(link, frames);
  }

  close(link: number, code: number): void {
    const way = this.#links.get(link);
    // A stream that was given up before it opened says nothing for streams.
    if (this.#isOpening(link) && way === this.#streams) this.#failures = FAILURES - 1;
    this.#links.delete(link);
    way?.close(link, code);
  }

  #opened(link: number): void {
    this.#isOpening(link);
    if (this.#links.get(link) === this.#sockets) {
      this.#failures = 0;
      this.#lookAgainMs = LOOK_AGAIN_MS;
    } else {
      this.#lookLater();
    }
    this.#events.opened(link);
  }

  #closed(link: number, code: number): void {
    const way = this.#links.get(link);
    if (way === undefined) return;
    this.#links.delete(link);
    if (this.#isOpening(link)) {
      // Where neither gets through it is the network: the two take turns.
      if (way === this.#sockets) this.#failures += 1;
      else this.#failures = FAILURES - 1;
    }
    this.#events.closed(link, code);
  }

  /** Whether it was still opening; it no longer is. */
  #isOpening(link: number): boolean {
    clearTimeout(this.#opening.get(link) ?? undefined);
    return this.#opening.delete(link);
  }

  #lookLater(): void {
    if (this.#look !== null) return;
    this.#look = setTimeout(() => void this.#lookAgain(), this.#lookAgainMs);
    this.#lookAgainMs = Math.min(LONGEST_MS, this.#lookAgainMs * 2);
  }

  async #lookAgain(): Promise<void> {
    const gets = [...this.#links.values()].includes(this.#streams) && (await this.#gets());
    this.#look = null;
    if (gets) {
      this.#failures = 0;
      this.#better();
    } else if ([...this.#links.values()].includes(this.#streams)) {
      this.#lookLater();
    }
  }
}
