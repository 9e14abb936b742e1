import { expect, test } from 'vitest';
import { isFresh, measured, metricsOf, rank } from './board';

const rows = new Map([
  [1, [1, 9_000, 150, 210, 90, 8, 1_204, null, 40]],
  [2, [2, 9_000, 171, 250, 92, 9, 1_806, null, 55]],
  [3, [3, 9_000, null, null, null, null, 1_203, null, null]],
]);
const rowOf = (number: number) => rows.get(number);

test('who went further stands higher, and who shows the same shares the rank', () => {
  expect(rank([1, 2, 3], rowOf, 'distance')).toEqual([
    { number: 2, value: 1_810, rank: 1 },
    { number: 1, value: 1_200, rank: 2 },
    { number: 3, value: 1_200, rank: 2 },
  ]);
});

test('who measures nothing is last and has no rank', () => {
  expect(rank([3, 4, 1], rowOf, 'power')).toEqual([
    { number: 1, value: 210, rank: 1 },
    { number: 3, value: null, rank: null },
    { number: 4, value: null, rank: null },
  ]);
});

test('effort is the share of the maximal heart rate', () => {
  expect(measured(rowOf(2), 'effort')).toBeCloseTo(90);
});

test('a number that nobody confirmed for a while is not of now', () => {
  expect(isFresh(rowOf(1), 12_000)).toBe(true);
  expect(isFresh(rowOf(1), 40_000)).toBe(false);
  expect(isFresh(undefined, 0)).toBe(false);
});

test('a sport begins with the board that suits it', () => {
  expect([metricsOf('run')[0], metricsOf('hiit')[0], metricsOf('yoga')[0]]).toEqual([
    'distance',
    'reps',
    'energy',
  ]);
});
