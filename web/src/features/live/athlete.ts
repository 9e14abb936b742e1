/** My own numbers in a session: sensors in, samples out. Goes on over a reload. */
import type { Sport } from '../../api/gen';
import type { Row } from '../../live/frames';
import { connect } from '../../sensors/bluetooth';
import { Manual } from '../../sensors/manual';
import { combine, type Reading, type Sensor, type SensorKind, sample, UNKNOWN } from '../../sensors/sensor';
import { type Effort, Simulator } from '../../sensors/simulator';

export interface AthleteState {
  readonly reading: Reading;
  readonly sensors: readonly Sensor[];
  readonly simulated: boolean;
}

const PREFIX = 'pulsehub.athlete.';
/** Nobody comes back to a session after this. */
const KEPT_MS = 2 * 86_400_000;

/** What a reload must not lose: totals only ever grow. */
interface Remembered {
  at: number;
  simulated: boolean;
  totals: Partial<Reading>;
}

export class Athlete {
  readonly #key: string;
  readonly #sport: Sport;
  readonly #effort: Effort;
  readonly #listeners = new Set<() => void>();
  #manual: Manual;
  #sensors: Sensor[] = [];
  #totals: Partial<Reading>;
  state: AthleteState = { reading: UNKNOWN, sensors: [], simulated: false };

  constructor(session: string, sport: Sport, effort: Effort) {
    this.#key = PREFIX + session;
    this.#sport = sport;
    this.#effort = effort;
    this.#totals = {};
    this.#manual = new Manual({});
  }

  /** This tab is the athlete now: goes on from what the last one, or the page before, remembered. */
  wake(): void {
    forgetOld();
    const { simulated, totals } = this.#recall();
    this.#totals = totals;
    this.#manual = new Manual(totals);
    this.simulate(simulated);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Ask for a device and use it. False where none was chosen. */
  async add(kind: Exclude<SensorKind, 'simulator'>): Promise<boolean> {
    const sensor = await connect(kind);
    if (sensor === null) return false;
    this.drop(kind);
    sensor.onState(() => this.#changed());
    this.#sensors.push(sensor);
    this.#changed();
    return true;
  }

  drop(kind: SensorKind): void {
    for (const sensor of this.#sensors) if (sensor.kind === kind) sensor.close();
    this.#sensors = this.#sensors.filter((sensor) => sensor.kind !== kind);
    this.#changed();
  }

  simulate(on: boolean): void {
    this.drop('simulator');
    if (on) this.#sensors.push(new Simulator(this.#sport, this.#effort, this.#totals));
    this.#changed();
    this.#remember();
  }

  addReps(count: number): void {
    this.#manual.addReps(count);
    this.measure(Date.now());
  }

  enter(entry: { distanceM: number | null; heartRateBpm: number | null; reps: number | null }): void {
    const now = Date.now();
    if (entry.distanceM !== null) this.#manual.setDistance(entry.distanceM);
    if (entry.heartRateBpm !== null) this.#manual.setHeartRate(entry.heartRateBpm, now);
    if (entry.reps !== null) this.#manual.addReps(entry.reps - (this.state.reading.reps ?? 0));
    this.measure(now);
  }

  /** Read every sensor once. */
  measure(nowMs: number): Reading {
    const reading = combine([this.#manual.read(nowMs), ...this.#sensors.map((sensor) => sensor.read(nowMs))]);
    this.#totals = { distanceM: reading.distanceM, reps: reading.reps, energyKcal: reading.energyKcal };
    this.state = { ...this.state, reading };
    this.#remember();
    this.#tell();
    return reading;
  }

  /** A sample to record, or null where nothing is known. `tMs` since the session's start. */
  take(tMs: number, nowMs: number): Row | null {
    const reading = this.measure(nowMs);
    const isKnown = Object.values(reading).some((value) => value !== null);
    return isKnown ? sample(tMs, reading) : null;
  }

  close(): void {
    for (const sensor of this.#sensors) sensor.close();
  }

  #changed(): void {
    const simulated = this.#sensors.some(({ kind }) => kind === 'simulator');
    this.state = { ...this.state, sensors: [...this.#sensors], simulated };
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #remember(): void {
    const remembered: Remembered = {
      at: Date.now(),
      simulated: this.state.simulated,
      totals: this.#totals,
    };
    try {
      localStorage.setItem(this.#key, JSON.stringify(remembered));
    } catch {
      // Nothing may be kept here: a reload starts the totals over.
    }
  }

  #recall(): Remembered {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? 'null') as Remembered | null;
      if (kept !== null) return kept;
    } catch {
      // As above.
    }
    return { at: 0, simulated: false, totals: {} };
  }
}

/** Sessions that are long over leave nothing behind. */
function forgetOld(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX)) continue;
      const { at } = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Remembered>;
      if (Date.now() - (at ?? 0) > KEPT_MS) localStorage.removeItem(key);
    }
  } catch {
    // Nothing may be kept here, so nothing is left over either.
  }
}
