// @vitest-environment jsdom
import { beforeEach, expect, test } from 'vitest';
import { Athlete } from './athlete';

const SESSION = '0199e0c1-55d2-7c3e-8f10-2b6d0c9a4e11';

function athlete(): Athlete {
  const one = new Athlete(SESSION, 'hiit', () => 'work');
  one.wake();
  return one;
}

beforeEach(() => localStorage.clear());

test('who measures nothing records nothing', () => {
  expect(athlete().take(1_000, Date.now())).toBeNull();
});

test('what was counted goes on after a reload', () => {
  const before = athlete();
  before.addReps(7);
  const after = athlete();
  after.addReps(1);
  expect(after.state.reading.reps).toBe(8);
  expect(after.take(5_000, Date.now())).toEqual([5_000, null, null, null, null, null, 8, null]);
});

test('a correction replaces what was counted', () => {
  const one = athlete();
  one.addReps(12);
  one.enter({ distanceM: null, heartRateBpm: 150, reps: 10 });
  expect(one.state.reading).toMatchObject({ reps: 10, heartRateBpm: 150 });
});

test('a simulated athlete is still one after a reload, with the totals of before', () => {
  const before = athlete();
  before.simulate(true);
  const start = Date.now();
  for (let second = 0; second <= 60; second++) before.measure(start + second * 1_000);
  const reps = before.state.reading.reps ?? 0;
  const after = athlete();
  expect(after.state.simulated).toBe(true);
  expect(after.measure(start + 61_000).reps).toBeGreaterThanOrEqual(reps);
  expect(reps).toBeGreaterThan(20);
});

test('sessions that are long over leave nothing behind', () => {
  localStorage.setItem('pulsehub.athlete.old', JSON.stringify({ at: 0, simulated: false, totals: {} }));
  athlete();
  expect(localStorage.getItem('pulsehub.athlete.old')).toBeNull();
});
