import type { Units, WorkoutSet } from '../api/gen';
import { clock } from '../format/duration';
import { decimal } from '../format/number';
import { text, weight } from '../format/units';

/** A set in a word: "80 kg × 5", "1:15", "40 m"; null where there is none. `bare` leaves out the unit of the weight. */
export function lastTime(set: WorkoutSet | undefined, units: Units, bare = false): string | null {
  if (!set) return null;
  const shown = set.weight_kg ? weight(set.weight_kg, units) : null;
  const load = shown && (bare ? shown.value : text(shown));
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
