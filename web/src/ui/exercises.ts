/** The catalogue of exercises, searched as people type: words in any order, without accents, in English and their language. */
import type { Exercise } from '../api/gen';
import { term } from '../locales/t';

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Every word has to be somewhere; those whose name begins with the first word come first. */
export function searchExercises(all: readonly Exercise[], typed: string): Exercise[] {
  const words = plain(typed).split(/\s+/u).filter(Boolean);
  const first = words[0];
  if (!first) return [...all];
  const hits = all.flatMap((exercise) => {
    const name = plain(exercise.name);
    const terms = [
      exercise.pattern,
      ...exercise.primary_muscles,
      ...exercise.secondary_muscles,
      ...exercise.equipment,
    ];
    const text = plain([name, ...terms, ...terms.map(term)].join(' '));
    if (!words.every((word) => text.includes(word))) return [];
    return [{ exercise, order: name.startsWith(first) ? 0 : name.includes(first) ? 1 : 2 }];
  });
  return hits.sort((a, b) => a.order - b.order).map(({ exercise }) => exercise);
}

/** What stands under its name. */
export function tags({ primary_muscles, equipment }: Exercise): string {
  return [...primary_muscles, ...equipment].map(term).join(' · ');
}
