import { expect, test } from 'vitest';
import { Manual } from './manual';
import { cadence, cyclingPower, heartRate, indoorBike } from './measurements';
import { combine, sample } from './sensor';
import { Simulator } from './simulator';
import { zoneOf } from './zones';

const bytes = (...values: number[]) => new DataView(Uint8Array.from(values).buffer);

test('a heart rate is one byte, or two where the flag says so', () => {
  expect(heartRate(bytes(0x00, 72))).toEqual({ heartRateBpm: 72 });
  expect(heartRate(bytes(0x01, 0x2c, 0x01))).toEqual({ heartRateBpm: 300 });
  expect(heartRate(bytes(0x16, 152, 0x9f, 0x01))).toEqual({ heartRateBpm: 152 });
});

test('a strap without contact, or that says zero, knows nothing', () => {
  expect(heartRate(bytes(0x04, 72))).toEqual({ heartRateBpm: null });
  expect(heartRate(bytes(0x00, 0))).toEqual({ heartRateBpm: null });
  expect(heartRate(bytes(0x01, 72))).toEqual({});
});

test('power comes with a crank where the flags say so', () => {
  expect(cyclingPower(bytes(0x00, 0x00, 0xfa, 0x00))).toEqual({ powerW: 250, crank: null });
  const data = bytes(0x21, 0x00, 0x2c, 0x01, 0x64, 0x0a, 0x00, 0x00, 0x04);
  expect(cyclingPower(data)).toEqual({ powerW: 300, crank: { turns: 10, at: 1024 } });
});

test('cadence survives both counters wrapping', () => {
  expect(cadence({ turns: 65_535, at: 65_024 }, { turns: 1, at: 1_024 })).toBeCloseTo(80);
  expect(cadence({ turns: 3, at: 9 }, { turns: 3, at: 9 })).toBeNull();
});

test('indoor bike data is read field by field', () => {
  // Speed 25.20 km/h, cadence 90, distance 70,000 m, power 210 W, heart rate 148.
  const data = bytes(0x54, 0x02, 0xd8, 0x09, 0xb4, 0x00, 0x70, 0x11, 0x01, 0xd2, 0x00, 0x94);
  expect(indoorBike(data)).toEqual({
    speedMS: 7,
    cadenceRpm: 90,
    distanceM: 70_000,
    powerW: 210,
    heartRateBpm: 148,
  });
});

test('a cut-off measurement gives what it holds', () => {
  expect(indoorBike(bytes(0x44, 0x00, 0xd8, 0x09, 0xb4, 0x00))).toEqual({ speedMS: 7, cadenceRpm: 90 });
});

test('what no sensor knows stays unknown, and is never zero', () => {
  const reading = combine([{ heartRateBpm: 140 }, { heartRateBpm: null, reps: 3 }]);
  expect(sample(1_234.6, reading)).toEqual([1235, 140, null, null, null, null, 3, null]);
});

test('a typed heart rate holds for a while only', () => {
  const manual = new Manual({ reps: 4 });
  manual.setHeartRate(150, 1_000);
  expect(manual.addReps(2)).toBe(6);
  expect(manual.read(2_000)).toEqual({ heartRateBpm: 150, distanceM: null, reps: 6 });
  expect(manual.read(200_000).heartRateBpm).toBeNull();
});

test('a simulated athlete gets warm at work, and goes on from the totals of before', () => {
  const athlete = new Simulator(
    'run',
    () => 'work',
    { distanceM: 500 },
    () => 0.5,
  );
  for (let second = 0; second <= 120; second++) athlete.read(second * 1000);
  const reading = athlete.read(121_000);
  expect(reading.heartRateBpm).toBeGreaterThan(165);
  expect(reading.distanceM).toBeGreaterThan(900);
  expect(reading.reps).toBeNull();
});

test('zones are shares of the maximum', () => {
  expect([100, 114, 133, 152, 171, 200].map((bpm) => zoneOf(bpm))).toEqual([1, 2, 3, 4, 5, 5]);
});
