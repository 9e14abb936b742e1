/** Why the hub did not take something, with the names that the form uses. */
import { type Key, t } from '../locales/t';
import type { Entry } from '../offline/outbox';

const NAMES: Readonly<Record<string, Key>> = {
  title: 'log.title.field',
  note: 'log.note',
  started_at: 'log.when',
  duration_s: 'log.duration',
  moving_s: 'log.moving',
  distance_m: 'log.distance',
  elevation_gain_m: 'log.climb',
  energy_kcal: 'log.energy',
  heart_rate_avg_bpm: 'log.heart.avg',
  heart_rate_max_bpm: 'log.heart.max',
  exercises: 'exercises.title',
};

export function refusalText({ refusal }: Pick<Entry, 'refusal'>): string {
  if (!refusal) return '';
  const details = refusal.errors.map(({ pointer, detail }) => {
    const field = pointer.split('/')[1] ?? '';
    const name = NAMES[field];
    return `${name ? t(name as 'log.note') : field}: ${detail}.`;
  });
  return details.join(' ') || refusal.detail;
}
