import { expect, test } from 'vitest';
import { ranked } from './places';

const row = (id: string, score: number, reached_at: string | null = '2026-11-01T00:00:00Z') =>
  [id, { score, workouts: 1, reached_at, member: { id, handle: id, name: id } }] as const;
const places = (rows: readonly (readonly [string, unknown])[], kind: 'most' | 'fastest' = 'most') =>
  ranked(new Map(rows), kind)
    .map(({ rank, member }) => `${rank}${member.id}`)
    .join(' ');

test('whoever is level shares a rank, and the next one is counted on', () => {
  const rows = [row('a', 5), row('b', 20), row('c', 30), row('d', 20), row('e', 1)];
  expect(places([['#', { participants: 9 }], ...rows])).toBe('1c 2b 2d 4a 5e');
});

test('of those who are level, who got there first stands first, to the microsecond', () => {
  const late = row('a', 20, '2026-11-01T00:00:00.000001Z');
  expect(places([late, row('b', 20), row('c', 20, null)])).toBe('1c 1b 1a');
});

test('less time is better, and no time yet is last', () => {
  expect(places([row('a', 0, null), row('b', 1_300), row('c', 1_200)], 'fastest')).toBe('1c 2b 3a');
});
