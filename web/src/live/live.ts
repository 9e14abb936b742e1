/** The live layer of this page: one connection for all tabs where the browser can, else one of its own. */
import { uuid7 } from '../api/uuid7';
import { Slew } from './clock';
import type { Row } from './frames';
import type { Ask, Connection, News } from './news';
import { Store } from './store';

/** The hub would not take what was published. */
export class PublishRefused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`publish refused: ${code}`);
    this.code = code;
  }
}

export interface Recording {
  /** How many samples are on this device only. */
  readonly pending: number;
  /** Up to which number they are durable on the hub. */
  readonly upto: number;
}

interface Waiting {
  resolve(seq: number | null): void;
  reject(reason: PublishRefused): void;
}

const ALIVE_MS = 30_000;
const HIDDEN_FLUSH_MS = 250;
const WORKER_WITHIN_MS = 4_000;
const IDLE: Connection = { state: 'idle', since: 0, onlineAt: null, retryAt: null, code: null };

function nextFrame(flush: () => void): void {
  if (document.hidden) setTimeout(flush, HIDDEN_FLUSH_MS);
  else requestAnimationFrame(flush);
}

class Live {
  readonly store = new Store(nextFrame);
  readonly #clock = new Slew();
  readonly #watchers = new Map<string, number>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #listeners = new Set<() => void>();
  readonly #recordings = new Map<string, Recording>();
  #port: ((ask: Ask) => void) | null = null;
  #early: Ask[] = [];
  #opening = false;
  #clockError = Number.POSITIVE_INFINITY;
  connection: Connection = IDLE;

  /** Whose browser this is: connects for a member, forgets everything for nobody. */
  identify(member: string | null): void {
    if (member === null && !this.#opening) return;
    this.#open();
    this.#ask({ ask: 'who', member });
  }

  /** The hub's time in milliseconds since the epoch, smooth. */
  now(): number {
    return this.#clock.read(Date.now());
  }

  /** By how many milliseconds `now` may be wrong; Infinity before the first answer. */
  get clockError(): number {
    return this.#clockError;
  }

  /** Watch a channel until the answer is called. `history` past events come first, on a log. */
  watch(channel: string, history = 0): () => void {
    const watchers = this.#watchers.get(channel) ?? 0;
    this.#watchers.set(channel, watchers + 1);
    if (watchers === 0) this.#ask({ ask: 'watch', channel, history });
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = (this.#watchers.get(channel) ?? 1) - 1;
      this.#watchers.set(channel, left);
      // A component that moves, or another that comes for it, does not make the channel come and go.
      if (left === 0) setTimeout(() => this.#unwatch(channel), 0);
    };
  }

  /**
   * Say something on a channel. Said again until it is answered, also over a reconnect; the same `mid` has
   * one effect. Rejects with PublishRefused.
   */
  publish(channel: string, body: Readonly<Record<string, unknown>>, mid = uuid7()): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(mid, { resolve, reject });
      this.#ask({ ask: 'publish', channel, mid, body });
    });
  }

  /** Record my samples under this stream; the hub has those up to `storedUpto`. */
  openStream(stream: string, storedUpto: number): void {
    this.#ask({ ask: 'stream', stream, storedUpto });
  }

  /** A sample of mine: safe on this device within a second, and on the hub as soon as it can be. */
  record(stream: string, sample: Row): void {
    this.#ask({ ask: 'record', stream, sample });
  }

  recording(stream: string | null): Recording | null {
    return stream === null ? null : (this.#recordings.get(stream) ?? null);
  }

  /** Try now instead of at the next scheduled moment. */
  retry(): void {
    this.#ask({ ask: 'nudge' });
  }

  /** Called when the connection, the clock or a recording changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #unwatch(channel: string): void {
    if (this.#watchers.get(channel) !== 0) return;
    this.#watchers.delete(channel);
    this.store.drop(channel);
    this.#ask({ ask: 'unwatch', channel });
  }

  #ask(ask: Ask): void {
    if (this.#port === null) this.#early.push(ask);
    else this.#port(ask);
  }

  #heard(all: readonly News[]): void {
    let changed = false;
    for (const news of all) {
      switch (news.news) {
        case 'connection':
          this.connection = news.connection;
          changed = true;
          break;
        case 'clock':
          this.#clock.aim(news.offset);
          this.#clockError = news.error;
          changed = true;
          break;
        case 'recording':
          this.#recordings.set(news.stream, { pending: news.pending, upto: news.upto });
          changed = true;
          break;
        case 'published':
          this.#waiting.get(news.mid)?.resolve(news.seq);
          this.#waiting.delete(news.mid);
          break;
        case 'refused':
          this.#waiting.get(news.mid)?.reject(new PublishRefused(news.code));
          this.#waiting.delete(news.mid);
          break;
        default:
          this.store.take(news);
      }
    }
    if (changed) for (const listener of [...this.#listeners]) listener();
  }

  #open(): void {
    if (this.#opening) return;
    this.#opening = true;
    void this.#connectPort().then((port) => {
      this.#port = port;
      port({ ask: 'hello', visible: !document.hidden });
      for (const ask of this.#early.splice(0)) port(ask);
      this.#followThePage(port);
    });
  }

  async #connectPort(): Promise<(ask: Ask) => void> {
    const shared = await this.#shared().catch(() => null);
    if (shared !== null) return shared;
    const { openSwitchboard } = await import('./open');
    return openSwitchboard(location).join({ tell: (news) => this.#heard(news) });
  }

  /** The worker that all tabs share. Rejects where there is none, or it does not answer. */
  #shared(): Promise<(ask: Ask) => void> {
    return new Promise((resolve, reject) => {
      // Throws where it is missing or forbidden: some phones, some embedded browsers.
      const worker = new SharedWorker(new URL('./socket.worker.ts', import.meta.url), {
        type: 'module',
        name: 'pulsehub-live',
      });
      const { port } = worker;
      const giveUp = () => {
        port.onmessage = null;
        port.postMessage({ ask: 'bye' } satisfies Ask);
        reject(new Error('the shared worker does not answer'));
      };
      const timer = setTimeout(giveUp, WORKER_WITHIN_MS);
      worker.onerror = giveUp;
      port.onmessage = ({ data }: MessageEvent<readonly News[]>) => {
        clearTimeout(timer);
        worker.onerror = null;
        this.#heard(data);
        resolve((ask) => port.postMessage(ask));
      };
      port.postMessage({ ask: 'hello', visible: !document.hidden } satisfies Ask);
    });
  }

  #followThePage(port: (ask: Ask) => void): void {
    window.addEventListener('online', () => port({ ask: 'nudge' }));
    window.addEventListener('pagehide', () => port({ ask: 'bye' }));
    window.addEventListener('pageshow', ({ persisted }) => {
      if (!persisted) return;
      port({ ask: 'hello', visible: !document.hidden });
      for (const [channel, watchers] of this.#watchers) {
        if (watchers > 0) port({ ask: 'watch', channel, history: 0 });
      }
      port({ ask: 'nudge' });
    });
    document.addEventListener('visibilitychange', () => {
      port({ ask: 'look', visible: !document.hidden });
      if (!document.hidden) port({ ask: 'nudge' });
    });
    setInterval(() => port({ ask: 'alive' }), ALIVE_MS);
  }
}

export const live = new Live();
