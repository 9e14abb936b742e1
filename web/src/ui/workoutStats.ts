/** What a workout comes to, the most telling first. */
import type { Units, Workout, WorkoutSummary } from '../api/gen';
import { clock } from '../format/duration';
import { decimal } from '../format/number';
import { distance, elevation, isPaced, speed, volume } from '../format/units';
import { t } from '../locales/t';
import type { Stat } from './Stats';

export function workoutStats(workout: Workout | WorkoutSummary, units: Units): Stat[] {
  const { sport, distance_m, duration_s, volume_kg, set_count } = workout;
  const stats: Stat[] = [];
  if (distance_m) {
    stats.push({ label: t('measure.distance'), ...distance(distance_m, units, sport) });
    const moving = 'moving_s' in workout ? workout.moving_s : null;
    const rate = speed(distance_m, moving ?? duration_s, sport, units);
    if (rate) stats.push({ label: t(isPaced(sport) ? 'measure.pace' : 'measure.speed'), ...rate });
  }
  if (volume_kg > 0) stats.push({ label: t('measure.volume'), ...volume(volume_kg, units) });
  if (set_count > 0) stats.push({ label: t('measure.set.label'), value: decimal(set_count), unit: '' });
  stats.push({ label: t('measure.time'), value: clock(duration_s), unit: '' });
  if (workout.elevation_gain_m != null && workout.elevation_gain_m >= 1)
    stats.push({ label: t('measure.climb'), ...elevation(workout.elevation_gain_m, units) });
  if (workout.heart_rate_avg_bpm != null)
    stats.push({ label: t('measure.heart'), value: decimal(workout.heart_rate_avg_bpm), unit: 'bpm' });
  return stats;
}

/** All there is, for the workout's own page. */
export function allStats(workout: Workout, units: Units): Stat[] {
  const stats = workoutStats(workout, units);
  if (workout.moving_s != null && workout.moving_s !== workout.duration_s)
    stats.push({ label: t('measure.moving'), value: clock(workout.moving_s), unit: '' });
  if (workout.heart_rate_max_bpm != null)
    stats.push({ label: t('measure.heart.max'), value: decimal(workout.heart_rate_max_bpm), unit: 'bpm' });
  if (workout.energy_kcal != null)
    stats.push({ label: t('measure.energy'), value: decimal(workout.energy_kcal), unit: 'kcal' });
  if (workout.rpe != null)
    stats.push({ label: t('measure.effort'), value: decimal(workout.rpe, 1), unit: '/ 10' });
  return stats;
}

/** What it is called when nobody called it anything. */
export function workoutTitle({ title, sport }: Pick<Workout, 'title' | 'sport'>): string {
  return title || t(`sport.${sport}`);
}
