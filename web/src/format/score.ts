/** A challenge's score in the unit of its metric. */
import type { Metric, Units } from '../api/gen';
import { brief } from './duration';
import { decimal } from './number';
import { distance, type Shown, steadyDistance, steadyVolume, volume } from './units';

export function score(value: number, metric: Metric, units: Units): Shown {
  switch (metric) {
    case 'distance':
      return distance(value, units);
    case 'duration':
      return { value: brief(value), unit: '' };
    case 'volume':
      return volume(value, units);
    case 'elevation':
      return { value: decimal(Math.round(value)), unit: 'm' };
    case 'energy':
      return { value: decimal(Math.round(value)), unit: 'kcal' };
    case 'effort':
      return { value: decimal(Math.round(value)), unit: '' };
    case 'count':
      return { value: decimal(value), unit: '×' };
  }
}

/** A score as a row of a board whose first row is `best`: the same unit and places in every row. */
export function rowScore(value: number, metric: Metric, units: Units, best: number): Shown {
  if (metric === 'distance') return steadyDistance(value, units, undefined, Math.max(value, best));
  if (metric === 'volume') return steadyVolume(value, units);
  return score(value, metric, units);
}
