/** The endurance form as data: text in, a draft or what is wrong with it out. */
import type { Sport, Units, Visibility, Workout, WorkoutDraft } from '../../api/gen';
import { wallClock } from '../../format/dates';
import { clock, parseDuration } from '../../format/duration';
import { editable, parseDecimal, parseWhole } from '../../format/number';
import { elevationFromMetres, elevationToMetres, fromMetres, toMetres } from '../../format/units';
import { t } from '../../locales/t';
import { readStart } from './start';

export interface Typed {
  sport: Sport;
  title: string;
  note: string;
  /** Wall clock in `tz`: "2026-11-23T18:30". */
  when: string;
  tz: string;
  duration: string;
  moving: string;
  distance: string;
  climb: string;
  heartAvg: string;
  heartMax: string;
  energy: string;
  rpe: number | null;
  visibility: Visibility;
}

export const ENDURANCE: readonly Sport[] = [
  'run',
  'ride',
  'indoor_ride',
  'row',
  'swim',
  'walk',
  'hike',
  'hiit',
  'yoga',
  'mobility',
  'other',
];

const WITHOUT_DISTANCE: ReadonlySet<Sport> = new Set(['hiit', 'yoga', 'mobility', 'strength']);
const WITHOUT_CLIMB: ReadonlySet<Sport> = new Set([...WITHOUT_DISTANCE, 'swim', 'row', 'indoor_ride']);

export const hasDistance = (sport: Sport) => !WITHOUT_DISTANCE.has(sport);
export const hasClimb = (sport: Sport) => !WITHOUT_CLIMB.has(sport);

/** Seven days, as the hub has it. */
const LONGEST_S = 604_800;

export function blank(sport: Sport, tz: string, nowMs: number, visibility: Visibility): Typed {
  return {
    sport,
    title: '',
    note: '',
    when: wallClock(nowMs - 60 * 60_000, tz),
    tz,
    duration: '',
    moving: '',
    distance: '',
    climb: '',
    heartAvg: '',
    heartMax: '',
    energy: '',
    rpe: null,
    visibility,
  };
}

export function typedFrom(workout: Workout, units: Units): Typed {
  const { sport, distance_m, elevation_gain_m, moving_s } = workout;
  return {
    sport,
    title: workout.title,
    note: workout.note ?? '',
    when: wallClock(workout.started_at, workout.tz),
    tz: workout.tz,
    duration: clock(workout.duration_s),
    moving: moving_s == null ? '' : clock(moving_s),
    distance: distance_m == null ? '' : editable(fromMetres(distance_m, units, sport)),
    climb: elevation_gain_m == null ? '' : editable(elevationFromMetres(elevation_gain_m, units)),
    heartAvg: editable(workout.heart_rate_avg_bpm),
    heartMax: editable(workout.heart_rate_max_bpm),
    energy: editable(workout.energy_kcal),
    rpe: workout.rpe,
    visibility: workout.visibility,
  };
}

export type Errors = Partial<Record<keyof Typed, string>>;

/** The draft under this id; `errors` has an entry for each field that has to be corrected. */
export function read(
  typed: Typed,
  id: string,
  units: Units,
  nowMs: number,
): { draft: WorkoutDraft; errors: Errors } {
  const errors: Errors = {};
  const { sport } = typed;
  const duration = parseDuration(typed.duration);
  if (duration === null || duration === 0) errors.duration = t('log.duration.wrong');
  else if (duration > LONGEST_S) errors.duration = t('log.duration.long');
  const moving = typed.moving.trim() === '' ? null : parseDuration(typed.moving);
  if (typed.moving.trim() !== '' && moving === null) errors.moving = t('log.duration.wrong');
  const { ms: startedMs, error: wrongStart } = readStart(typed.when, typed.tz, nowMs);
  if (wrongStart) errors.when = wrongStart;

  const number = (field: 'distance' | 'climb' | 'energy', to: number) => {
    const text = typed[field].trim();
    const value = text === '' ? null : parseDecimal(text);
    if (text !== '' && value === null) errors[field] = t('log.number.wrong');
    else if (value !== null && value > to) errors[field] = t('log.range.wrong', { from: 0, to });
    return value;
  };
  const heart = (field: 'heartAvg' | 'heartMax') => {
    const text = typed[field].trim();
    const value = text === '' ? null : parseWhole(text);
    if (text !== '' && (value === null || value < 20 || value > 260))
      errors[field] = t('log.range.wrong', { from: 20, to: 260 });
    return value;
  };

  const distance = hasDistance(sport) ? number('distance', sport === 'swim' ? 100_000 : 1_200) : null;
  const climb = hasClimb(sport) ? number('climb', 50_000) : null;
  const energy = number('energy', 50_000);
  const [average, highest] = [heart('heartAvg'), heart('heartMax')];
  if (average !== null && highest !== null && highest < average) errors.heartMax = t('log.heart.order');

  const draft: WorkoutDraft = {
    id,
    sport,
    started_at: new Date(Number.isNaN(startedMs) ? nowMs : startedMs).toISOString(),
    tz: typed.tz,
    duration_s: duration ?? 0,
    title: typed.title.trim(),
    note: typed.note.trim(),
    moving_s: moving,
    distance_m: distance === null ? null : toMetres(distance, units, sport),
    elevation_gain_m: climb === null ? null : elevationToMetres(climb, units),
    energy_kcal: energy,
    heart_rate_avg_bpm: average,
    heart_rate_max_bpm: highest,
    rpe: typed.rpe,
    visibility: typed.visibility,
  };
  return { draft, errors };
}
