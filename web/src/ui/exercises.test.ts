import { expect, it } from 'vitest';
import type { Exercise } from '../api/gen';
import { applyLanguage } from '../locales/t';
import { searchExercises } from './exercises';

const make = (name: string, muscle: string, equipment: string): Exercise => ({
  slug: name.toLowerCase().replace(/\s/gu, '-'),
  name,
  pattern: 'push',
  primary_muscles: [muscle],
  secondary_muscles: [],
  equipment: [equipment],
  measured_by: 'reps',
  cues: '',
});
const ALL = [
  make('Incline press', 'chest', 'dumbbell'),
  make('Press-up', 'chest', 'none'),
  make('Front squat', 'quads', 'barbell'),
];
const names = (typed: string) => searchExercises(ALL, typed).map(({ name }) => name);

it('finds words in any order, in name, muscles and equipment', () => {
  expect(names('dumbbell chest')).toEqual(['Incline press']);
  expect(names('QUADS')).toEqual(['Front squat']);
});

it('finds the words of the language in use, and the English ones still', async () => {
  await applyLanguage('de');
  expect(names('kurzhantel brust')).toEqual(['Incline press']);
  expect(names('langhantel')).toEqual(['Front squat']);
  expect(names('barbell')).toEqual(['Front squat']);
  await applyLanguage('en');
  expect(names('kurzhantel')).toEqual([]);
});

it('puts first what begins with the word', () => {
  expect(names('press')).toEqual(['Press-up', 'Incline press']);
});

it('shows everything while nothing is typed, and nothing for nonsense', () => {
  expect(names('  ')).toHaveLength(3);
  expect(names('xyz')).toEqual([]);
});
