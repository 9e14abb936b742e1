/** A challenge's score in the unit of its metric. */
import type { Metric, Units } from '../api/gen';
import { brief } from './duration';
import { decimal } from './number';
import { distance, type Shown, volume } from './units';

export function score(value: number, metric: Metric, units: Units): Shown {
  switch (metric) {
    case 'distance':
      return distance(value, units);
    case 'duration':
      return { value: brief(value), unit: '' };
    case 'volume':
      return volume(value, units);
    case 'count':
      return { value: decimal(value), unit: '×' };
  }
}
