/** A new challenge as it is typed. Pure. */
import type { Metric, Sport, Units } from '../../api/gen';
import { addDays, weekStartOf } from '../../format/dates';
import { editable, parseDecimal } from '../../format/number';
import {
  distanceUnit,
  elevationFromMetres,
  elevationToMetres,
  elevationUnit,
  fromKg,
  fromMetres,
  toKg,
  toMetres,
  weightUnit,
} from '../../format/units';
import { t } from '../../locales/t';

export const PRESETS = ['week', 'month', 'thirty'] as const;
export type Preset = (typeof PRESETS)[number];

/** The first and the last day, both counted. */
export function windowOf(preset: Preset, today: string, weekStart: number): { from: string; to: string } {
  if (preset === 'thirty') return { from: today, to: addDays(today, 29) };
  if (preset === 'week') {
    const from = weekStartOf(today, weekStart);
    return { from, to: addDays(from, 6) };
  }
  const from = `${today.slice(0, 8)}01`;
  return { from, to: addDays(`${addDays(from, 31).slice(0, 8)}01`, -1) };
}

/** A typed amount in the unit of the metric, in SI; null for none, undefined where it makes no sense. */
export function amountOf(typed: string, metric: Metric, units: Units): number | null | undefined {
  if (typed.trim() === '') return null;
  const value = parseDecimal(typed);
  if (value === null || value <= 0) return undefined;
  switch (metric) {
    case 'distance':
      return toMetres(value, units);
    case 'duration':
      return Math.round(value * 3_600);
    case 'elevation':
      return elevationToMetres(value, units);
    case 'volume':
      return toKg(value, units);
    case 'energy':
    case 'effort':
    case 'count':
      return Math.round(value) || undefined;
  }
}

/** The text that `amountOf` takes. */
export function amountTyped(value: number, metric: Metric, units: Units): string {
  switch (metric) {
    case 'distance':
      return editable(fromMetres(value, units));
    case 'duration':
      return editable(Math.round((value / 3_600) * 100) / 100);
    case 'elevation':
      return editable(elevationFromMetres(value, units));
    case 'volume':
      return editable(fromKg(value, units));
    default:
      return editable(value);
  }
}

export function amountUnit(metric: Metric, units: Units): string {
  switch (metric) {
    case 'distance':
      return distanceUnit(units);
    case 'duration':
      return 'h';
    case 'elevation':
      return elevationUnit(units);
    case 'volume':
      return weightUnit(units);
    case 'energy':
      return 'kcal';
    case 'effort':
      return '';
    case 'count':
      return t('new.challenge.unit.count');
  }
}

const WITH_DISTANCE: readonly Sport[] = ['run', 'ride', 'indoor_ride', 'row', 'swim', 'walk', 'hike'];
const ALL: readonly Sport[] = [...WITH_DISTANCE, 'strength', 'hiit', 'yoga', 'mobility', 'other'];

/** The sports that can count towards a metric. */
export function sportsFor(metric: Metric): readonly Sport[] {
  if (metric === 'distance' || metric === 'elevation') return WITH_DISTANCE;
  return metric === 'volume' ? ['strength', 'hiit'] : ALL;
}
