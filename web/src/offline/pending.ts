/** Workouts that the hub does not know yet, as they will look. */
import type { Me, Workout, WorkoutDraft } from '../api/gen';
import { localDate } from '../format/dates';
import type { Entry } from './outbox';

/** As it will be shown until the hub has answered; `was` is what it replaces. */
export function expected(draft: WorkoutDraft, me: Me, was?: Workout): Workout {
  const now = new Date().toISOString();
  const exercises = draft.exercises ?? [];
  const counted = exercises.flatMap(({ sets = [] }) => sets);
  const volume = counted
    .filter(({ kind }) => kind !== 'warmup')
    .reduce((sum, { reps, weight_kg }) => sum + (reps ?? 0) * (weight_kg ?? 0), 0);
  return {
    id: draft.id,
    author: { id: me.id, handle: me.handle, name: me.name, avatar: me.avatar },
    sport: draft.sport,
    title: draft.title ?? '',
    note: draft.note ?? '',
    started_at: draft.started_at,
    tz: draft.tz,
    local_date: localDate(new Date(draft.started_at), draft.tz),
    duration_s: draft.duration_s,
    moving_s: draft.moving_s ?? null,
    distance_m: draft.distance_m ?? null,
    elevation_gain_m: draft.elevation_gain_m ?? null,
    energy_kcal: draft.energy_kcal ?? null,
    heart_rate_avg_bpm: draft.heart_rate_avg_bpm ?? null,
    heart_rate_max_bpm: draft.heart_rate_max_bpm ?? null,
    rpe: draft.rpe ?? null,
    visibility: draft.visibility ?? me.preferences.workout_visibility ?? 'followers',
    exercises,
    volume_kg: volume,
    set_count: counted.length,
    source: was?.source ?? 'manual',
    session_id: was?.session_id ?? null,
    version: was?.version ?? 0,
    created_at: was?.created_at ?? now,
    updated_at: now,
  };
}

/** What waits in the outbox of this member, as workouts; `known` are those that the changes are about. */
export function unsent(entries: readonly Entry[], me: Me, known: readonly Workout[]): Workout[] {
  return entries
    .filter((entry) => entry.member_id === me.id && entry.verb !== 'delete')
    .map((entry) => {
      const was = known.find(({ id }) => id === entry.subject);
      return expected(entry.body as WorkoutDraft, me, was);
    });
}

/** The list with what waits in its place, and without what waits to be deleted. */
export function overlay(known: readonly Workout[], entries: readonly Entry[], me: Me): Workout[] {
  const waiting = unsent(entries, me, known);
  const gone = new Set(entries.filter(({ verb }) => verb === 'delete').map(({ subject }) => subject));
  const changed = new Set(waiting.map(({ id }) => id));
  return [...waiting, ...known.filter(({ id }) => !changed.has(id))]
    .filter(({ id }) => !gone.has(id))
    .sort((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at));
}
