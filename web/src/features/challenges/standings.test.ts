import { expect, test } from 'vitest';
import type { Standing } from '../../api/gen';
import { daysTo, gap, merged, sharePassed } from './standings';

const standing = (id: string, rank: number, score: number): Standing => ({
  rank,
  score,
  workouts: 1,
  reached_at: `2026-11-0${rank}T00:00:00Z`,
  member: { id, handle: id, name: id.toUpperCase() },
});
const board = [standing('a', 1, 30), standing('b', 2, 20), standing('c', 3, 20), standing('d', 4, 5)];
const ids = (list: readonly Standing[]) => list.map(({ member }) => member.id).join('');

test('live rows replace what was read, each member once', () => {
  const live = [standing('b', 1, 40), standing('a', 2, 30)];
  expect(ids(merged(live, [board]))).toBe('bacd');
});

test('who left the live board is gone, who is below it stays', () => {
  const live = [standing('b', 1, 40)];
  expect(ids(merged(live, [board]))).toBe('bcd');
});

test('the gap is to the one before me, and in front to the one behind', () => {
  expect(gap(board, 'd')).toMatchObject({ is: 'behind', by: 15 });
  expect(gap(board, 'c')).toMatchObject({ is: 'level', by: 0 });
  expect(gap(board, 'a')).toMatchObject({ is: 'ahead', by: 10 });
  expect(gap([standing('a', 1, 1)], 'a')).toBeNull();
});

test('days and shares of a window', () => {
  const at = (iso: string) => Date.parse(iso);
  expect(daysTo('2026-11-30T00:00:00Z', at('2026-11-28T12:00:00Z'))).toBe(2);
  expect(daysTo('2026-11-30T00:00:00Z', at('2026-12-28T12:00:00Z'))).toBe(0);
  expect(sharePassed('2026-11-01T00:00:00Z', '2026-11-11T00:00:00Z', at('2026-11-06T00:00:00Z'))).toBe(0.5);
});
