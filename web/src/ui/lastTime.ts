import type { Units, WorkoutSet } from '../api/gen';
import { clock } from '../format/duration';
import { decimal } from '../format/number';
import { text, weight } from '../format/units';

/** A set in a word: "80 kg × 5", "1:15", "40 m"; null where there is none. */
export function lastTime(set: WorkoutSet | undefined, units: Units): string | null {
  if (!set) return null;
  const load = set.weight_kg ? text(weight(set.weight_kg, units)) : null;
  const amount =
    set.reps != null
      ? decimal(set.reps)
      : set.duration_s != null
        ? clock(set.duration_s)
        : set.distance_m != null
          ? `${decimal(set.distance_m)}\u00a0m`
          : null;
  if (load && amount) return `${load} × ${amount}`;
  return load ?? amount;
}
