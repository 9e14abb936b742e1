import { expect, test } from 'vitest';
import { amountOf, sportsFor, windowOf } from './draft';

test('a window is whole weeks, whole months, or thirty days from today', () => {
  expect(windowOf('week', '2026-11-25', 1)).toEqual({ from: '2026-11-23', to: '2026-11-29' });
  expect(windowOf('week', '2026-11-25', 7)).toEqual({ from: '2026-11-22', to: '2026-11-28' });
  expect(windowOf('month', '2026-02-14', 1)).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  expect(windowOf('month', '2026-12-31', 1)).toEqual({ from: '2026-12-01', to: '2026-12-31' });
  expect(windowOf('thirty', '2026-11-25', 1)).toEqual({ from: '2026-11-25', to: '2026-12-24' });
});

test('a goal is typed in the unit people speak of, and kept in SI', () => {
  expect(amountOf('62,5', 'distance', 'metric')).toBe(62_500);
  expect(amountOf('10', 'duration', 'metric')).toBe(36_000);
  expect(amountOf('12', 'count', 'metric')).toBe(12);
  expect(amountOf('', 'count', 'metric')).toBeNull();
  expect(amountOf('-3', 'distance', 'metric')).toBeUndefined();
  expect(amountOf('many', 'distance', 'metric')).toBeUndefined();
});

test('only sports that go somewhere can count distance', () => {
  expect(sportsFor('distance')).not.toContain('strength');
  expect(sportsFor('count')).toContain('yoga');
});
