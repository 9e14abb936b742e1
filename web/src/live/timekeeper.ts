/** Asks the time often enough, and says what it learnt. */
import { Clock } from './clock';
import type { AnyClientFrame } from './frames';
import type { News } from './news';

/** So many questions one after another at first; later one with each ping. */
const AT_ONCE = 5;

export class Timekeeper {
  readonly #clock = new Clock();
  readonly #tell: (news: News) => void;

  constructor(tell: (news: News) => void) {
    this.#tell = tell;
  }

  /** A `welcome` carries a first sample. */
  welcomed(frame: { now: number; t0?: number | null }, now: number): void {
    if (frame.t0 === undefined || frame.t0 === null) return;
    this.#clock.learn({ t0: frame.t0, t1: frame.now, t2: frame.now, t3: now });
    this.#say();
  }

  /** Each ping is an occasion to ask. */
  pinged(t: number, now: number): AnyClientFrame[] {
    return [
      { type: 'pong', t },
      { type: 'time', t0: now },
    ];
  }

  answered(frame: { t0: number; t1: number; t2: number }, now: number): AnyClientFrame[] {
    this.#clock.learn({ t0: frame.t0, t1: frame.t1, t2: frame.t2, t3: now });
    this.#say();
    return this.#clock.size < AT_ONCE ? [{ type: 'time', t0: now }] : [];
  }

  /** This device's clock was set: what was learnt says nothing any more. */
  stepped(now: number): AnyClientFrame[] {
    this.#clock.forget();
    return [{ type: 'time', t0: now }];
  }

  #say(): void {
    const { target, error } = this.#clock;
    if (target !== null) this.#tell({ news: 'clock', offset: target, error });
  }
}
