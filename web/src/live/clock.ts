/** The server's clock, from the round trips that went best. */

/** One question and answer: asked at `t0`, arrived `t1`, answered `t2` (server), back at `t3`. */
export interface Exchange {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
}

interface Sample {
  readonly offset: number;
  readonly trip: number;
}

const REMEMBERED = 8;
/** Beyond this the device's clock was set, or it slept: slewing would take too long. */
const JUMP_MS = 500;
const SLEW_PER_MS = 0.1;

/** Keeps the offset of the sample with the least round trip of the last eight: its error is at most half of that. */
export class Clock {
  #samples: Sample[] = [];

  /** The offset that the samples speak for, or null before the first. */
  get target(): number | null {
    return this.#best()?.offset ?? null;
  }

  /** Milliseconds by which the told time may be wrong; Infinity before the first sample. */
  get error(): number {
    const best = this.#best();
    return best === null ? Number.POSITIVE_INFINITY : best.trip / 2;
  }

  get size(): number {
    return this.#samples.length;
  }

  /** Learn from an exchange; one that makes no sense (the clock was set in between) is ignored. */
  learn({ t0, t1, t2, t3 }: Exchange): void {
    const trip = t3 - t0 - (t2 - t1);
    if (!Number.isFinite(trip) || trip < 0) return;
    this.#samples.push({ offset: (t1 - t0 + (t2 - t3)) / 2, trip });
    if (this.#samples.length > REMEMBERED) this.#samples.shift();
  }

  /** The device's clock was set, or slept: what was learnt before says nothing any more. */
  forget(): void {
    this.#samples = [];
  }

  #best(): Sample | null {
    let best: Sample | null = null;
    for (const sample of this.#samples) {
      if (best === null || sample.trip <= best.trip) best = sample;
    }
    return best;
  }
}

/** Tells the server's time so that it moves smoothly: a better sample never makes a countdown jump. */
export class Slew {
  #target: number | null = null;
  #offset: number | null = null;
  #at = 0;

  get aimed(): boolean {
    return this.#target !== null;
  }

  aim(offset: number): void {
    this.#target = offset;
  }

  /** The server's time when this device says `now`; the device's own until something is known. */
  read(now: number): number {
    if (this.#target === null) return now;
    if (this.#offset === null || Math.abs(this.#target - this.#offset) > JUMP_MS) {
      this.#offset = this.#target;
    } else {
      const step = Math.max(0, now - this.#at) * SLEW_PER_MS;
      const gap = this.#target - this.#offset;
      this.#offset += Math.sign(gap) * Math.min(Math.abs(gap), step);
    }
    this.#at = now;
    return now + this.#offset;
  }
}

/** Notices that the device's clock was set: it and the monotonic clock no longer move together. */
export class StepDetector {
  #gap: number | null = null;

  /** True once for each step of more than `toleranceMs` between `wall` and `monotonic` milliseconds. */
  stepped(wall: number, monotonic: number, toleranceMs = 80): boolean {
    const gap = wall - monotonic;
    const before = this.#gap;
    this.#gap = gap;
    return before !== null && Math.abs(gap - before) > toleranceMs;
  }
}
