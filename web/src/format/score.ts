/** A challenge's score in the unit of what it is made of. */
import type { Challenge, Metric, Units } from '../api/gen';
import { t } from '../locales/t';
import { brief, clock } from './duration';
import { decimal, fixed } from './number';
import { distance, elevation, type Shown, steadyDistance, steadyVolume, volume, weight } from './units';

/** What a score is made of. */
export type Measure = Pick<Challenge, 'kind' | 'metric' | 'terms'>;

/** An amount of a metric: a goal, a cap, what a day needs. */
export function amount(value: number, metric: Metric, units: Units): Shown {
  switch (metric) {
    case 'distance':
      return distance(value, units);
    case 'duration':
      return { value: brief(value), unit: '' };
    case 'volume':
      return volume(value, units);
    case 'elevation':
      return elevation(value, units);
    case 'energy':
      return { value: decimal(value), unit: 'kcal' };
    case 'effort':
      return { value: decimal(value), unit: '' };
    case 'count':
      return { value: decimal(value), unit: '×' };
  }
}

/** Scores that are not an amount of the metric. */
function special(value: number, { kind, terms }: Measure, units: Units): Shown | null {
  if (terms.handicap === 'own_average') return { value: fixed(value, 1), unit: '%' };
  switch (kind) {
    case 'fastest':
      return { value: value > 0 ? clock(value) : '–', unit: '' };
    case 'best_lift':
      return terms.relative ? { value: fixed(value, 2), unit: t('unit.body.weight') } : weight(value, units);
    case 'streak':
    case 'active_days':
      return { value: decimal(value), unit: t('unit.days', { count: value }) };
    case 'last_standing':
      return { value: decimal(value), unit: t('unit.rounds', { count: value }) };
    default:
      return null;
  }
}

export function score(value: number, measure: Measure, units: Units): Shown {
  return special(value, measure, units) ?? amount(value, measure.metric, units);
}

/** A score as a row of a board whose first row is `best`: the same unit and places in every row. */
export function rowScore(value: number, measure: Measure, units: Units, best: number): Shown {
  const other = special(value, measure, units);
  if (other !== null) return other;
  if (measure.metric === 'distance') return steadyDistance(value, units, undefined, Math.max(value, best));
  if (measure.metric === 'volume') return steadyVolume(value, units);
  return amount(value, measure.metric, units);
}
