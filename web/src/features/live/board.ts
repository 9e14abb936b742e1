/** The live board: what it can be ranked by, and who stands where. Pure. */
import type { Sport } from '../../api/gen';
import type { Row } from '../../live/frames';
import { USUAL_MAX_BPM } from '../../sensors/zones';

export type LiveMetric = 'distance' | 'power' | 'reps' | 'energy' | 'effort';

/** Where a tick row holds what; the first column is the participant's number. */
export const COLUMN = {
  tMs: 1,
  heartRate: 2,
  power: 3,
  cadence: 4,
  speed: 5,
  distance: 6,
  reps: 7,
  energy: 8,
} as const;

/** After so long without news a number is not of now any more. */
const STALE_MS = 12_000;

export function column(row: Row | undefined, name: keyof typeof COLUMN): number | null {
  return row?.[COLUMN[name]] ?? null;
}

/** Whether a row speaks of now; `sessionMs` is how long ago the session started. */
export function isFresh(row: Row | undefined, sessionMs: number): boolean {
  const tMs = column(row, 'tMs');
  return tMs !== null && sessionMs - tMs < STALE_MS;
}

/** What somebody is ranked by; null where they do not measure it. */
export function measured(row: Row | undefined, metric: LiveMetric): number | null {
  if (metric !== 'effort') return column(row, metric);
  const bpm = column(row, 'heartRate');
  return bpm === null ? null : (bpm / USUAL_MAX_BPM) * 100;
}

/** What can be ranked in a sport; the first is the board it begins with. */
export function metricsOf(sport: Sport): readonly [LiveMetric, ...LiveMetric[]] {
  switch (sport) {
    case 'strength':
    case 'hiit':
      return ['reps', 'energy', 'effort'];
    case 'yoga':
    case 'mobility':
    case 'other':
      return ['energy', 'effort', 'reps'];
    case 'ride':
    case 'indoor_ride':
    case 'row':
      return ['distance', 'power', 'energy', 'effort'];
    default:
      return ['distance', 'energy', 'effort'];
  }
}

export interface Place {
  readonly number: number;
  /** Equal values share a rank; null: nothing measured yet. */
  readonly rank: number | null;
  readonly value: number | null;
}

/** Everybody, best first; who measures nothing comes last, in the order of the roster. */
export function rank(
  numbers: readonly number[],
  rowOf: (number: number) => Row | undefined,
  metric: LiveMetric,
): Place[] {
  const valued = numbers.map((number) => ({ number, value: shown(measured(rowOf(number), metric), metric) }));
  valued.sort(
    (a, b) =>
      (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY) || a.number - b.number,
  );
  let before: Place | null = null;
  return valued.map(({ number, value }, index) => {
    const tied: boolean = before !== null && before.value === value;
    const place: Place = {
      number,
      value,
      rank: value === null ? null : tied ? (before?.rank ?? null) : index + 1,
    };
    before = place;
    return place;
  });
}

/** As precise as it is shown: ranks do not flicker over what nobody can see. */
function shown(value: number | null, metric: LiveMetric): number | null {
  if (value === null) return null;
  return metric === 'distance' ? Math.round(value / 10) * 10 : Math.round(value);
}
