/** What the member types or taps: reps, distance, a heart rate read from a watch. */
import type { Reading } from './sensor';

/** A typed heart rate says how it was, not how it is: after a while nobody knows. */
const HEART_RATE_HOLDS_MS = 90_000;

export class Manual {
  #distanceM: number | null;
  #reps: number | null;
  #heartRateBpm: number | null = null;
  #heartRateAt = 0;

  constructor(before: Partial<Reading>) {
    this.#distanceM = before.distanceM ?? null;
    this.#reps = before.reps ?? null;
  }

  addReps(count: number): number {
    this.#reps = Math.max(0, (this.#reps ?? 0) + count);
    return this.#reps;
  }

  setDistance(metres: number): void {
    this.#distanceM = metres;
  }

  setHeartRate(bpm: number, nowMs: number): void {
    this.#heartRateBpm = bpm;
    this.#heartRateAt = nowMs;
  }

  read(nowMs: number): Partial<Reading> {
    const isFresh = nowMs - this.#heartRateAt < HEART_RATE_HOLDS_MS;
    return {
      heartRateBpm: isFresh ? this.#heartRateBpm : null,
      distanceM: this.#distanceM,
      reps: this.#reps,
    };
  }
}
