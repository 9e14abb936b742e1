import { expect, test } from 'vitest';
import { Clock, Slew, StepDetector } from './clock';

test('the offset is that of the exchange with the least round trip', () => {
  const clock = new Clock();
  clock.learn({ t0: 0, t1: 1_080, t2: 1_080, t3: 100 });
  clock.learn({ t0: 1_000, t1: 2_005, t2: 2_006, t3: 1_011 });
  clock.learn({ t0: 2_000, t1: 3_300, t2: 3_300, t3: 2_400 });
  expect(clock.target).toBe(1_000);
  expect(clock.error).toBe(5);
});

test('an exchange over which the clock was set is ignored', () => {
  const clock = new Clock();
  clock.learn({ t0: 5_000, t1: 9_000, t2: 9_001, t3: 100 });
  expect(clock.target).toBeNull();
  expect(clock.error).toBe(Number.POSITIVE_INFINITY);
});

test('only the last eight exchanges count', () => {
  const clock = new Clock();
  clock.learn({ t0: 0, t1: 500, t2: 500, t3: 0 });
  for (let n = 1; n <= 8; n++) clock.learn({ t0: n, t1: n + 110, t2: n + 110, t3: n + 20 });
  expect(clock.target).toBe(100);
});

test('told time slews to a better offset, and never runs backwards', () => {
  const slew = new Slew();
  slew.aim(1_000);
  expect(slew.read(0)).toBe(1_000);
  slew.aim(900);
  let before = slew.read(1);
  for (let now = 2; now <= 1_500; now++) {
    const told = slew.read(now);
    expect(told).toBeGreaterThan(before);
    expect(told - before).toBeLessThan(1.2);
    before = told;
  }
  expect(before).toBeCloseTo(2_400, 6);
});

test('a step of more than half a second is taken at once', () => {
  const slew = new Slew();
  slew.aim(0);
  slew.read(0);
  slew.aim(60_000);
  expect(slew.read(10)).toBe(60_010);
});

test('a wall clock that leaves the monotonic one is noticed once', () => {
  const steps = new StepDetector();
  expect(steps.stepped(1_000, 10)).toBe(false);
  expect(steps.stepped(2_000, 1_010)).toBe(false);
  expect(steps.stepped(63_000, 2_010)).toBe(true);
  expect(steps.stepped(64_000, 3_010)).toBe(false);
});
