/** SI is what is stored; these turn it into what the member reads and types, and back. */
import type { Sport, Units } from '../api/gen';
import { decimal, fixed } from './number';

const M_PER_MILE = 1_609.344;
const M_PER_YARD = 0.9144;
const M_PER_FOOT = 0.3048;
const KG_PER_LB = 0.45359237;

/** A number as text, and its unit, to be set in different sizes. */
export interface Shown {
  value: string;
  unit: string;
}

export const text = ({ value, unit }: Shown): string => `${value}\u00a0${unit}`;

/** Swimmers count metres or yards, everybody else kilometres or miles. */
export function distance(metres: number, units: Units, sport?: Sport): Shown {
  if (sport === 'swim') {
    return units === 'imperial'
      ? { value: decimal(metres / M_PER_YARD, 0), unit: 'yd' }
      : { value: decimal(metres, 0), unit: 'm' };
  }
  if (units === 'imperial') return { value: scaled(metres / M_PER_MILE), unit: 'mi' };
  if (metres > 0 && metres < 1_000) return { value: decimal(metres, 0), unit: 'm' };
  return { value: scaled(metres / 1_000), unit: 'km' };
}

/** A distance that moves, or stands among others: unit and places are those of `longest`, always written out. */
export function steadyDistance(metres: number, units: Units, sport?: Sport, longest = metres): Shown {
  if (sport === 'swim' || (units === 'metric' && longest < 1_000)) {
    return units === 'imperial' ? distance(metres, units, sport) : { value: decimal(metres, 0), unit: 'm' };
  }
  const factor = units === 'imperial' ? M_PER_MILE : 1_000;
  return {
    value: fixed(metres / factor, placesOf(longest / factor)),
    unit: units === 'imperial' ? 'mi' : 'km',
  };
}

function scaled(value: number): string {
  return decimal(value, placesOf(value));
}

/** Two places for what one runs, one for what one rides, none for a club's month. */
function placesOf(value: number): number {
  return value >= 1_000 ? 0 : value >= 100 ? 1 : 2;
}

export function distanceUnit(units: Units, sport?: Sport): string {
  if (sport === 'swim') return units === 'imperial' ? 'yd' : 'm';
  return units === 'imperial' ? 'mi' : 'km';
}

/** A typed distance, in the unit of `distanceUnit`, in metres. */
export function toMetres(value: number, units: Units, sport?: Sport): number {
  const factor = { yd: M_PER_YARD, m: 1, mi: M_PER_MILE, km: 1_000 }[distanceUnit(units, sport)] ?? 1;
  return Math.round(value * factor * 10) / 10;
}

/** The number that `toMetres` takes. */
export function fromMetres(metres: number, units: Units, sport?: Sport): number {
  const factor = { yd: M_PER_YARD, m: 1, mi: M_PER_MILE, km: 1_000 }[distanceUnit(units, sport)] ?? 1;
  return Math.round((metres / factor) * 1_000) / 1_000;
}

export function weightUnit(units: Units): string {
  return units === 'imperial' ? 'lb' : 'kg';
}

export function weight(kg: number, units: Units): Shown {
  return { value: decimal(fromKg(kg, units), 2), unit: weightUnit(units) };
}

/** Sums of weight: without places, in tonnes from ten of them on. */
export function volume(kg: number, units: Units): Shown {
  if (units === 'imperial') return { value: decimal(kg / KG_PER_LB, 0), unit: 'lb' };
  return kg >= 10_000 ? { value: decimal(kg / 1_000, 1), unit: 't' } : { value: decimal(kg, 0), unit: 'kg' };
}

/** A sum that stands among others: tonnes are written out to the same place. */
export function steadyVolume(kg: number, units: Units): Shown {
  if (units === 'imperial' || kg < 10_000) return volume(kg, units);
  return { value: fixed(kg / 1_000, 1), unit: 't' };
}

/** To the gram: 135 lb comes back as 135 lb. */
export function toKg(value: number, units: Units): number {
  return units === 'imperial' ? Math.round(value * KG_PER_LB * 1_000) / 1_000 : value;
}

export function fromKg(kg: number, units: Units): number {
  return units === 'imperial' ? Math.round((kg / KG_PER_LB) * 100) / 100 : kg;
}

export function elevation(metres: number, units: Units): Shown {
  return units === 'imperial'
    ? { value: decimal(metres / M_PER_FOOT, 0), unit: 'ft' }
    : { value: decimal(metres, 0), unit: 'm' };
}

export function elevationUnit(units: Units): string {
  return units === 'imperial' ? 'ft' : 'm';
}

export function elevationToMetres(value: number, units: Units): number {
  return Math.round((units === 'imperial' ? value * M_PER_FOOT : value) * 10) / 10;
}

export function elevationFromMetres(metres: number, units: Units): number {
  return Math.round((units === 'imperial' ? metres / M_PER_FOOT : metres) * 10) / 10;
}

const BY_SPEED: ReadonlySet<Sport> = new Set(['ride', 'indoor_ride']);
const BY_PACE: ReadonlySet<Sport> = new Set(['run', 'walk', 'hike', 'swim', 'row']);

/** How fast, as the sport says it: km/h on a bike, a pace on foot, by 100 in the pool, by 500 in the boat. */
export function speed(metres: number, seconds: number, sport: Sport, units: Units): Shown | null {
  if (metres <= 0 || seconds <= 0) return null;
  if (BY_SPEED.has(sport)) {
    const perHour = (metres / seconds) * 3_600;
    return units === 'imperial'
      ? { value: decimal(perHour / M_PER_MILE, 1), unit: 'mph' }
      : { value: decimal(perHour / 1_000, 1), unit: 'km/h' };
  }
  if (!BY_PACE.has(sport)) return null;
  const [length, unit] = paceOver(sport, units);
  const pace = Math.round((seconds / metres) * length);
  return { value: `${Math.floor(pace / 60)}:${String(pace % 60).padStart(2, '0')}`, unit };
}

function paceOver(sport: Sport, units: Units): [metres: number, unit: string] {
  if (sport === 'row') return [500, '/500\u00a0m'];
  if (sport === 'swim')
    return units === 'imperial' ? [100 * M_PER_YARD, '/100\u00a0yd'] : [100, '/100\u00a0m'];
  return units === 'imperial' ? [M_PER_MILE, '/mi'] : [1_000, '/km'];
}

export function isPaced(sport: Sport): boolean {
  return BY_PACE.has(sport);
}
