/** This week's sums, from the workouts themselves: one formula for every screen that shows them. */
import type { Workout } from '../../api/gen';
import { addDays, weekStartOf } from '../../format/dates';

export interface Week {
  workouts: number;
  duration_s: number;
  distance_m: number;
  volume_kg: number;
  /** Seven days from the start of the week, each with its seconds of training. */
  days: { date: string; duration_s: number }[];
}

/** `today` and each workout's `local_date` are calendar days: the day on which it was done, where it was done. */
export function weekOf(workouts: readonly Workout[], today: string, weekStart: number): Week {
  const start = weekStartOf(today, weekStart);
  const days = Array.from({ length: 7 }, (_, at) => ({ date: addDays(start, at), duration_s: 0 }));
  const week: Week = { workouts: 0, duration_s: 0, distance_m: 0, volume_kg: 0, days };
  for (const workout of workouts) {
    const day = days.find(({ date }) => date === workout.local_date);
    if (!day) continue;
    day.duration_s += workout.duration_s;
    week.workouts += 1;
    week.duration_s += workout.duration_s;
    week.distance_m += workout.distance_m ?? 0;
    week.volume_kg += workout.volume_kg;
  }
  return week;
}
