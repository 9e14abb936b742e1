/** A strength workout while it is being written, as data: every change makes a new one. */
import type { ExerciseEntry, Measure, Units, Workout, WorkoutDraft, WorkoutSet } from '../../api/gen';
import { uuid7 } from '../../api/uuid7';
import { parseDuration } from '../../format/duration';
import { editable, parseDecimal, parseWhole } from '../../format/number';
import { fromKg, toKg } from '../../format/units';
import type { DraftExercise, DraftSet, WorkoutInProgress } from '../../offline/drafts';

export type Field = 'weight' | 'reps' | 'duration' | 'distance';

const DEFAULT_REST_S = 90;

export function begin(nowMs: number, tz: string): WorkoutInProgress {
  return {
    id: uuid7(nowMs),
    started_at: new Date(nowMs).toISOString(),
    tz,
    title: '',
    exercises: [],
    rest_s: DEFAULT_REST_S,
    rest_until: null,
  };
}

function emptySet(): DraftSet {
  return {
    key: uuid7(),
    kind: 'normal',
    weight: '',
    reps: '',
    duration: '',
    distance: '',
    rpe: '',
    done: false,
  };
}

/** As many empty sets as last time, three the first time. */
export function addExercise(draft: WorkoutInProgress, slug: string, sets = 3): WorkoutInProgress {
  const added = { key: uuid7(), slug, note: '', sets: Array.from({ length: Math.max(1, sets) }, emptySet) };
  return { ...draft, exercises: [...draft.exercises, added] };
}

export function changeExercise(
  draft: WorkoutInProgress,
  key: string,
  change: (exercise: DraftExercise) => DraftExercise,
): WorkoutInProgress {
  return { ...draft, exercises: draft.exercises.map((one) => (one.key === key ? change(one) : one)) };
}

/** Another movement in the same place; sets that are done stay done. */
export function replaceExercise(draft: WorkoutInProgress, key: string, slug: string): WorkoutInProgress {
  return changeExercise(draft, key, (exercise) => ({ ...exercise, slug }));
}

export function removeExercise(draft: WorkoutInProgress, key: string): WorkoutInProgress {
  return { ...draft, exercises: draft.exercises.filter((one) => one.key !== key) };
}

export function moveExercise(draft: WorkoutInProgress, key: string, by: -1 | 1): WorkoutInProgress {
  const exercises = [...draft.exercises];
  const at = exercises.findIndex((one) => one.key === key);
  const [moved, other] = [exercises[at], exercises[at + by]];
  if (!moved || !other) return draft;
  exercises[at] = other;
  exercises[at + by] = moved;
  return { ...draft, exercises };
}

export function addSet(exercise: DraftExercise): DraftExercise {
  return { ...exercise, sets: [...exercise.sets, emptySet()] };
}

export function removeLastSet(exercise: DraftExercise): DraftExercise {
  return { ...exercise, sets: exercise.sets.slice(0, -1) };
}

export function changeSet(exercise: DraftExercise, key: string, change: Partial<DraftSet>): DraftExercise {
  return { ...exercise, sets: exercise.sets.map((set) => (set.key === key ? { ...set, ...change } : set)) };
}

/** What stands in a set's empty fields: the set before it in this workout, else the same set of last time. */
export function suggestion(
  exercise: DraftExercise,
  at: number,
  last: ExerciseEntry | null | undefined,
  units: Units,
): Record<Field, string> {
  const lastSet = last?.sets?.[at] ?? last?.sets?.at(-1);
  const before = exercise.sets[at - 1];
  const from = (field: Field, stored: string) =>
    stored || (before?.done || before?.[field] ? before[field] : '');
  return {
    weight: from('weight', lastSet?.weight_kg == null ? '' : editable(fromKg(lastSet.weight_kg, units))),
    reps: from('reps', lastSet?.reps == null ? '' : String(lastSet.reps)),
    duration: from('duration', lastSet?.duration_s == null ? '' : typedDuration(lastSet.duration_s)),
    distance: from('distance', lastSet?.distance_m == null ? '' : editable(lastSet.distance_m)),
  };
}

function typedDuration(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export const FIELDS: Record<Measure, readonly Field[]> = {
  reps: ['weight', 'reps'],
  time: ['duration', 'weight'],
  distance: ['distance', 'weight'],
};

/** Ticking a set takes what is suggested where nothing was typed. */
export function complete(set: DraftSet, measure: Measure, suggested: Record<Field, string>): DraftSet {
  const filled = { ...set, done: true };
  for (const field of FIELDS[measure]) filled[field] = set[field] || suggested[field];
  return filled;
}

/** Whether a set says how often, how long or how far. */
export function isWhole(set: DraftSet, measure: Measure): boolean {
  if (measure === 'reps') return parseWhole(set.reps) !== null;
  return measure === 'time' ? parseDuration(set.duration) !== null : parseDecimal(set.distance) !== null;
}

function toSet(set: DraftSet, units: Units): WorkoutSet {
  const weight = parseDecimal(set.weight);
  const reps = parseWhole(set.reps);
  const duration = set.duration ? parseDuration(set.duration) : null;
  const distance = parseDecimal(set.distance);
  const rpe = parseDecimal(set.rpe);
  return {
    ...(set.kind === 'normal' ? {} : { kind: set.kind }),
    ...(reps === null ? {} : { reps }),
    ...(weight === null ? {} : { weight_kg: toKg(weight, units) }),
    ...(rpe === null ? {} : { rpe }),
    ...(duration === null ? {} : { duration_s: duration }),
    ...(distance === null ? {} : { distance_m: distance }),
  };
}

/** The exercises as they are sent: sets that are done, exercises that have some. */
export function toEntries(draft: WorkoutInProgress, units: Units): ExerciseEntry[] {
  return draft.exercises
    .map(({ slug, note, sets }) => ({
      exercise: slug,
      sets: sets.filter(({ done }) => done).map((set) => toSet(set, units)),
      ...(note.trim() ? { note: note.trim() } : {}),
    }))
    .filter(({ sets }) => sets.length > 0);
}

export function countSets(draft: WorkoutInProgress): { done: number; left: number } {
  const sets = draft.exercises.flatMap((exercise) => exercise.sets);
  const done = sets.filter((set) => set.done).length;
  const left = sets.filter(
    (set) => !set.done && (set.weight || set.reps || set.duration || set.distance),
  ).length;
  return { done, left };
}

/** A stored workout, to be changed. Everything in it was done. */
export function reopen(workout: Workout | WorkoutDraft, units: Units): WorkoutInProgress {
  const exercises = (workout.exercises ?? []).map((entry) => ({
    key: uuid7(),
    slug: entry.exercise,
    note: entry.note ?? '',
    sets: (entry.sets ?? []).map((set) => ({
      key: uuid7(),
      kind: set.kind ?? 'normal',
      weight: set.weight_kg == null ? '' : editable(fromKg(set.weight_kg, units)),
      reps: set.reps == null ? '' : String(set.reps),
      duration: set.duration_s == null ? '' : typedDuration(set.duration_s),
      distance: editable(set.distance_m),
      rpe: editable(set.rpe),
      done: true,
    })),
  }));
  const { id, started_at, tz, title = '' } = workout;
  return { id, started_at, tz, title, exercises, rest_s: 0, rest_until: null };
}
