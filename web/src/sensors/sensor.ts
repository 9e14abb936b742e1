/** One interface for whatever measures: a strap, a trainer, a person who types, a simulator. */

/** What is measured now; null is "not known", never 0. Distance, reps and energy count from the start. */
export interface Reading {
  heartRateBpm: number | null;
  powerW: number | null;
  cadenceRpm: number | null;
  speedMS: number | null;
  distanceM: number | null;
  reps: number | null;
  energyKcal: number | null;
}

export const UNKNOWN: Reading = {
  heartRateBpm: null,
  powerW: null,
  cadenceRpm: null,
  speedMS: null,
  distanceM: null,
  reps: null,
  energyKcal: null,
};

export type SensorKind = 'heart_rate' | 'power' | 'trainer' | 'simulator';
export type SensorState = 'connected' | 'lost';

export interface Sensor {
  readonly kind: SensorKind;
  /** What the device calls itself. */
  readonly name: string;
  /** A lost sensor tries to come back by itself until it is closed. */
  readonly state: SensorState;
  /** What it measures now: what it has not said for a few seconds is null. */
  read(nowMs: number): Partial<Reading>;
  onState(listener: () => void): () => void;
  close(): void;
}

/** A measurement older than this is not shown as if it were of now. */
export const STALE_MS = 4_000;

/** Later sensors win where several know the same thing. */
export function combine(parts: readonly Partial<Reading>[]): Reading {
  const reading = { ...UNKNOWN };
  for (const part of parts) {
    for (const [name, value] of Object.entries(part) as [keyof Reading, number | null][]) {
      if (value !== null) reading[name] = value;
    }
  }
  return reading;
}

/** A packed sample, as `ingest` wants it; `tMs` since the session's start. */
export function sample(tMs: number, reading: Reading): (number | null)[] {
  return [
    Math.round(tMs),
    whole(reading.heartRateBpm),
    whole(reading.powerW),
    whole(reading.cadenceRpm),
    places(reading.speedMS, 2),
    places(reading.distanceM, 1),
    whole(reading.reps),
    places(reading.energyKcal, 1),
  ];
}

const whole = (value: number | null): number | null => (value === null ? null : Math.round(value));

function places(value: number | null, digits: number): number | null {
  if (value === null) return null;
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
