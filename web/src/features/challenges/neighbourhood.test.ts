import { expect, test } from 'vitest';
import type { Standing } from '../../api/gen';
import { roundsOf } from './Goal';
import { pagesOf, placesBetween } from './LongBoard';
import { neighbourhood } from './neighbourhood';
import { rankLine } from './Progress';
import { share } from './Standings';

const row = (id: string, score: number) => ({
  score,
  workouts: 1,
  reached_at: null,
  member: { id, handle: id, name: id },
});
const channel = (rows: Record<string, unknown>) => new Map(Object.entries(rows));
const standing = (id: string): Standing => ({ ...row(id, 1), rank: 1 });

test('ranks around me follow from how many stand before, and who is level', () => {
  const found = neighbourhood(
    channel({
      '#': { participants: 90, before: 40, better: 38 },
      order: { ids: ['a', 'b', 'c', 'd'] },
      a: row('a', 9),
      b: row('b', 7),
      c: row('c', 7),
      d: row('d', 1),
    }),
  );
  // The first is level with two above the page; b and c share a place.
  expect(found?.rows.map(({ rank }) => rank)).toEqual([39, 42, 42, 44]);
  expect(found?.participants).toBe(90);
});

test('a neighbourhood whose rows have not all come is none yet', () => {
  const header = { participants: 2, before: 0, better: 0 };
  expect(neighbourhood(channel({}))).toBeNull();
  expect(neighbourhood(channel({ '#': header, order: { ids: ['a'] } }))).toBeNull();
});

test('who passed me last is told with the neighbourhood', () => {
  const passed = { member: row('z', 1).member, score: 10, ahead: 2, at: 5 };
  const rows = { '#': { participants: 1, before: 0, better: 0 }, order: { ids: [] }, '!': passed };
  expect(neighbourhood(channel(rows))?.passed).toEqual(passed);
});

test('pages are read for what is in sight below the live top, and no others', () => {
  expect(pagesOf(0, 60, 100)).toEqual([]);
  expect(pagesOf(90, 130, 100)).toEqual([100]);
  expect(pagesOf(240, 310, 100)).toEqual([200, 250, 300]);
});

test('nobody stands twice while they come up from a page into the top', () => {
  const known = new Map([
    [2, standing('b')],
    [3, standing('c')],
  ]);
  const places = placesBetween(0, 5, [standing('a'), standing('b')], known);
  expect(places.map((place) => place?.member.id ?? null)).toEqual(['a', 'b', 'c', null]);
});

test('the bar of the shortest time is the longest', () => {
  expect(share(1_200, 1_200, { kind: 'fastest' })).toBe(1);
  expect(share(2_400, 1_200, { kind: 'fastest' })).toBe(0.5);
  expect(share(2, 8, { kind: 'most' })).toBe(0.25);
  expect(share(0, 0, { kind: 'most' })).toBe(0);
});

test('rounds are counted from the first day, the last one as long as is left', () => {
  const challenge = {
    starts_on: '2026-11-01',
    ends_on: '2026-11-20',
    starts_at: '2026-11-01T00:00:00Z',
    terms: { round_days: 7 },
  };
  expect(roundsOf(challenge, Date.parse('2026-11-01T12:00:00Z'))).toEqual({ all: 3, over: 0 });
  expect(roundsOf(challenge, Date.parse('2026-11-15T00:00:00Z'))).toEqual({ all: 3, over: 2 });
  expect(roundsOf(challenge, Date.parse('2027-01-01T00:00:00Z'))).toEqual({ all: 3, over: 3 });
});

test('the best rank is on top of the line, and one that never changes is in its middle', () => {
  const [first, , last] = rankLine([9, 5, 1]);
  expect(first?.[1]).toBeGreaterThan(last?.[1] ?? Number.NaN);
  expect(rankLine([3, 3]).map(([, y]) => y)).toEqual([36, 36]);
});
