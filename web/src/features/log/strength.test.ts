import { describe, expect, it } from 'vitest';
import type { ExerciseEntry } from '../../api/gen';
import {
  addExercise,
  addSet,
  begin,
  changeExercise,
  changeSet,
  complete,
  countSets,
  isWhole,
  moveExercise,
  replaceExercise,
  suggestion,
  toEntries,
} from './strength';

const LAST: ExerciseEntry = {
  exercise: 'back-squat',
  sets: [
    { reps: 5, weight_kg: 80 },
    { reps: 5, weight_kg: 82.5 },
  ],
};

function started() {
  const draft = addExercise(begin(1_000, 'UTC'), 'back-squat', 2);
  const exercise = draft.exercises[0];
  if (!exercise) throw new Error('there is one');
  return { draft, exercise };
}

describe('a strength workout', () => {
  it('suggests the same set of last time, and its last set for those beyond', () => {
    const { exercise } = started();
    expect(suggestion(exercise, 0, LAST, 'metric')).toMatchObject({ weight: '80', reps: '5' });
    expect(suggestion(addSet(exercise), 2, LAST, 'metric').weight).toBe('82.5');
    expect(suggestion(exercise, 1, LAST, 'imperial').weight).toBe('181.88');
  });

  it('suggests the set before when there is no last time', () => {
    const { exercise } = started();
    const first = exercise.sets[0];
    if (!first) throw new Error('there is one');
    const typed = changeSet(exercise, first.key, { weight: '60', reps: '8', done: true });
    expect(suggestion(typed, 1, null, 'metric')).toMatchObject({ weight: '60', reps: '8' });
  });

  it('takes the suggestion when a set is ticked, and leaves what was typed', () => {
    const { exercise } = started();
    const set = exercise.sets[0];
    if (!set) throw new Error('there is one');
    const done = complete({ ...set, reps: '6' }, 'reps', suggestion(exercise, 0, LAST, 'metric'));
    expect(done).toMatchObject({ weight: '80', reps: '6', done: true });
    expect(isWhole(done, 'reps')).toBe(true);
    expect(isWhole(set, 'reps')).toBe(false);
  });

  it('sends what is done, in kilograms, and nothing else', () => {
    const { draft, exercise } = started();
    const [first, second] = exercise.sets;
    if (!first || !second) throw new Error('there are two');
    const changed = changeExercise(draft, exercise.key, (one) =>
      changeSet(changeSet(one, first.key, { weight: '62,5', reps: '5', done: true }), second.key, {
        reps: '5',
      }),
    );
    const other = addExercise(changed, 'plank');
    expect(toEntries(other, 'metric')).toEqual([
      { exercise: 'back-squat', sets: [{ reps: 5, weight_kg: 62.5 }] },
    ]);
    expect(countSets(other)).toEqual({ done: 1, left: 1 });
  });

  it('replaces a movement in its place and moves it', () => {
    const { draft, exercise } = started();
    const two = addExercise(replaceExercise(draft, exercise.key, 'front-squat'), 'plank');
    expect(two.exercises.map(({ slug }) => slug)).toEqual(['front-squat', 'plank']);
    expect(moveExercise(two, exercise.key, 1).exercises.map(({ slug }) => slug)).toEqual([
      'plank',
      'front-squat',
    ]);
    expect(moveExercise(two, exercise.key, -1)).toBe(two);
  });
});
