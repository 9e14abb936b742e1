import { expect, it } from 'vitest';
import type { Exercise } from '../api/gen';
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

it('puts first what begins with the word', () => {
  expect(names('press')).toEqual(['Press-up', 'Incline press']);
});

it('shows everything while nothing is typed, and nothing for nonsense', () => {
  expect(names('  ')).toHaveLength(3);
  expect(names('xyz')).toEqual([]);
});
