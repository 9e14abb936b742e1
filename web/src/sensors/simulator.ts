/** An athlete made of arithmetic, for demos and tests: works when the programme says work. */
import type { BlockKind, Sport } from '../api/gen';
import type { Reading, Sensor, SensorState } from './sensor';

/** What the programme asks for now; null before the start and after the end. */
export type Effort = () => BlockKind | null;

const TARGET: Record<BlockKind, { bpm: number; powerW: number; speedMS: number; repsPerMin: number }> = {
  warmup: { bpm: 118, powerW: 120, speedMS: 2.4, repsPerMin: 10 },
  work: { bpm: 172, powerW: 265, speedMS: 4.1, repsPerMin: 32 },
  rest: { bpm: 128, powerW: 80, speedMS: 1.5, repsPerMin: 0 },
  cooldown: { bpm: 112, powerW: 90, speedMS: 1.9, repsPerMin: 0 },
  free: { bpm: 145, powerW: 180, speedMS: 3.2, repsPerMin: 18 },
};
const IDLE = { bpm: 78, powerW: 0, speedMS: 0, repsPerMin: 0 };
const RIDES: ReadonlySet<Sport> = new Set(['ride', 'indoor_ride', 'row']);
const COUNTED: ReadonlySet<Sport> = new Set(['strength', 'hiit', 'mobility', 'yoga', 'other']);
/** A heart follows the work slowly, and lets go of it more slowly. */
const RISE_S = 22;
const FALL_S = 38;

export class Simulator implements Sensor {
  readonly kind = 'simulator';
  readonly name = '';
  readonly state: SensorState = 'connected';
  readonly #sport: Sport;
  readonly #effort: Effort;
  readonly #random: () => number;
  #bpm = IDLE.bpm;
  #distanceM: number;
  #reps: number;
  #energyKcal: number;
  #at: number | null = null;

  /** Goes on from the totals of before, so that a reload does not start over. */
  constructor(sport: Sport, effort: Effort, before: Partial<Reading>, random = Math.random) {
    this.#sport = sport;
    this.#effort = effort;
    this.#random = random;
    this.#distanceM = before.distanceM ?? 0;
    this.#reps = before.reps ?? 0;
    this.#energyKcal = before.energyKcal ?? 0;
  }

  read(nowMs: number): Partial<Reading> {
    const kind = this.#effort();
    const target = kind === null ? IDLE : TARGET[kind];
    const seconds = this.#at === null ? 0 : Math.min(5, (nowMs - this.#at) / 1000);
    this.#at = nowMs;
    const lag = target.bpm > this.#bpm ? RISE_S : FALL_S;
    this.#bpm += (target.bpm - this.#bpm) * (1 - Math.exp(-seconds / lag)) + this.#noise(0.8) * seconds;
    const speedMS = Math.max(0, target.speedMS * (1 + this.#noise(0.05)));
    const powerW = Math.max(0, target.powerW * (1 + this.#noise(0.07)));
    this.#distanceM += speedMS * seconds;
    this.#reps += (target.repsPerMin / 60) * seconds;
    this.#energyKcal += Math.max(0, (this.#bpm - 60) / 9) * (seconds / 60);
    const counts = COUNTED.has(this.#sport);
    const rides = RIDES.has(this.#sport);
    return {
      heartRateBpm: this.#bpm,
      powerW: rides ? powerW : null,
      cadenceRpm: rides ? Math.round(60 + powerW / 9) : null,
      speedMS: counts ? null : speedMS,
      distanceM: counts ? null : this.#distanceM,
      reps: counts ? Math.floor(this.#reps) : null,
      energyKcal: this.#energyKcal,
    };
  }

  onState(): () => void {
    return () => undefined;
  }

  close(): void {}

  /** Between -1 and 1, times `scale`. */
  #noise(scale: number): number {
    return (this.#random() * 2 - 1) * scale;
  }
}
