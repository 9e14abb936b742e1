import { describe, expect, it } from 'vitest';
import { POST, WORKOUT } from '../testing/hub';
import { placed as placedPost } from './feed';
import type { Post, Workout } from './gen';
import { placed as placedWorkout } from './workouts';

const post = (id: string, minute: number, more: Partial<Post> = {}): Post => ({
  ...POST,
  id,
  created_at: `2026-11-23T12:${String(minute).padStart(2, '0')}:00Z`,
  ...more,
});
const workout = (id: string, day: number, more: Partial<Workout> = {}): Workout => ({
  ...WORKOUT,
  id,
  started_at: `2026-11-${String(day).padStart(2, '0')}T08:00:00Z`,
  ...more,
});
const lists = <T>(...pages: { items: T[]; next_cursor: string | null }[]) => ({
  pages,
  pageParams: pages.map(() => null),
});
const ids = (pages: { pages: { items: { id: string }[] }[] }) =>
  pages.pages.map(({ items }) => items.map(({ id }) => id).join(' '));

describe('a post in the feed', () => {
  const feed = lists(
    { items: [post('c', 30), post('b', 20)], next_cursor: 'x' },
    { items: [post('a', 10)], next_cursor: null },
  );

  it('stands at its place by time, once', () => {
    const once = placedPost(feed, post('new', 25));
    expect(ids(once)).toEqual(['c new b', 'a']);
    expect(ids(placedPost(once, post('new', 25)))).toEqual(['c new b', 'a']);
  });

  it('stays when it is the last of its page', () => {
    expect(ids(placedPost(feed, post('b', 20)))).toEqual(['c b', 'a']);
  });

  it('is replaced where it is, and keeps what only its reader knows', () => {
    const mine = lists({ items: [post('c', 30, { my_kudos: true })], next_cursor: null });
    const [first] = placedPost(mine, post('c', 30, { kudos: 9 })).pages;
    expect(first?.items[0]).toMatchObject({ kudos: 9, my_kudos: true });
  });
});

describe('a workout in the log', () => {
  const log = lists(
    { items: [workout('d', 20), workout('c', 15)], next_cursor: 'x' },
    { items: [workout('b', 10), workout('a', 5)], next_cursor: 'y' },
  );

  it('stands on the page of its day', () => {
    expect(ids(placedWorkout(log, workout('new', 17)))).toEqual(['d new c', 'b a']);
    expect(ids(placedWorkout(log, workout('new', 7)))).toEqual(['d c', 'b new a']);
  });

  it('waits to be loaded when it is older than what is loaded', () => {
    expect(ids(placedWorkout(log, workout('new', 1)))).toEqual(['d c', 'b a']);
  });

  it('moves when its day was changed, and never goes back to an older version', () => {
    expect(ids(placedWorkout(log, workout('d', 7, { version: 2 })))).toEqual(['c', 'b d a']);
    const newer = lists({ items: [workout('d', 20, { version: 3 })], next_cursor: null });
    expect(placedWorkout(newer, workout('d', 20, { version: 2 }))).toBe(newer);
  });
});
