import { describe, expect, it } from 'vitest';
import { addDays, ago, day, instantOf, localDate, wallClock, weekStartOf } from './dates';
import { brief, clock, parseDuration } from './duration';
import { decimal, parseDecimal } from './number';
import { rowScore } from './score';
import { distance, fromKg, fromMetres, speed, steadyDistance, text, toKg, toMetres, volume } from './units';

describe('numbers', () => {
  it.each([
    ['62,5', 62.5],
    ['62.5', 62.5],
    [' 100 ', 100],
    ['1.234,5', 1234.5],
    ['1,234.5', 1234.5],
    ['1,234,567', 1234567],
    [',5', 0.5],
    ['5.', 5],
  ])('%s is read as %d', (typed, value) => expect(parseDecimal(typed)).toBe(value));

  it.each(['', 'abc', '1.2.3', '-4', '.', '1,23,4'])('%j is no number', (typed) => {
    expect(parseDecimal(typed)).toBeNull();
  });

  it('shows no places for their own sake', () => {
    expect(decimal(62.5, 2)).toBe('62.5');
    expect(decimal(60, 2)).toBe('60');
  });
});

describe('units', () => {
  it('gives back what was typed, in both systems', () => {
    expect(fromKg(toKg(135, 'imperial'), 'imperial')).toBe(135);
    expect(fromMetres(toMetres(26.2, 'imperial', 'run'), 'imperial', 'run')).toBe(26.2);
    expect(toMetres(5.5, 'metric', 'run')).toBe(5_500);
    expect(toMetres(1_500, 'metric', 'swim')).toBe(1_500);
  });

  it('speaks the language of the sport', () => {
    expect(speed(10_000, 3_000, 'run', 'metric')).toEqual({ value: '5:00', unit: '/km' });
    expect(speed(30_000, 3_600, 'ride', 'metric')).toEqual({ value: '30', unit: 'km/h' });
    expect(speed(2_000, 480, 'row', 'metric')?.value).toBe('2:00');
    expect(speed(1_500, 1_800, 'swim', 'metric')?.value).toBe('2:00');
    expect(speed(0, 60, 'run', 'metric')).toBeNull();
    expect(speed(100, 60, 'yoga', 'metric')).toBeNull();
  });

  it('has no fewer digits than it needs', () => {
    expect(text(distance(5_424, 'metric', 'run'))).toBe('5.42\u00a0km');
    expect(text(distance(400, 'metric', 'run'))).toBe('400\u00a0m');
    expect(text(distance(1_200, 'metric', 'swim'))).toBe('1,200\u00a0m');
    expect(text(volume(12_340, 'metric'))).toBe('12.3\u00a0t');
  });
});

describe('numbers of one board', () => {
  it('all have the unit and the places of the longest', () => {
    const row = (metres: number) => text(steadyDistance(metres, 'metric', 'run', 2_580));
    expect([2_580, 2_370, 2_000, 400].map(row)).toEqual([
      '2.58\u00a0km',
      '2.37\u00a0km',
      '2.00\u00a0km',
      '0.40\u00a0km',
    ]);
    expect(text(steadyDistance(400, 'metric', 'run', 900))).toBe('400\u00a0m');
    expect(text(steadyDistance(50_000, 'metric', 'ride', 120_000))).toBe('50.0\u00a0km');
    expect(rowScore(50_000, { kind: 'most', metric: 'distance', terms: {} }, 'metric', 120_000).value).toBe(
      '50.0',
    );
    expect(rowScore(12_000, { kind: 'most', metric: 'volume', terms: {} }, 'metric', 90_000)).toEqual({
      value: '12.0',
      unit: 't',
    });
  });
});

describe('durations', () => {
  it('shows a clock', () => {
    expect(clock(3_723)).toBe('1:02:03');
    expect(clock(95)).toBe('1:35');
    expect(clock(-3)).toBe('0:00');
    expect(brief(5_400)).toBe('1h\u00a030m');
    expect(brief(3_600)).toBe('1h');
  });

  it.each([
    ['45', 2_700],
    ['45:30', 2_730],
    ['1:02:03', 3_723],
    ['1h 5m', 3_900],
    ['90s', 90],
    ['2,5', 150],
  ])('%s is read', (typed, seconds) => expect(parseDuration(typed)).toBe(seconds));

  it.each(['', 'long', '1:75', '1:2:3:4'])('%j is no duration', (typed) =>
    expect(parseDuration(typed)).toBeNull(),
  );
});

describe('dates', () => {
  it('knows the day by the time zone', () => {
    const late = new Date('2026-11-23T23:30:00Z');
    expect(localDate(late, 'UTC')).toBe('2026-11-23');
    expect(localDate(late, 'Europe/Vienna')).toBe('2026-11-24');
  });

  it('starts the week where the member does', () => {
    expect(weekStartOf('2026-11-25', 1)).toBe('2026-11-23');
    expect(weekStartOf('2026-11-22', 1)).toBe('2026-11-16');
    expect(weekStartOf('2026-11-22', 7)).toBe('2026-11-22');
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  });

  it('turns a wall clock into an instant and back, also around summer time', () => {
    for (const wall of ['2026-03-29T01:30', '2026-03-29T03:30', '2026-07-01T12:00', '2026-10-25T04:00']) {
      expect(wallClock(instantOf(wall, 'Europe/Vienna'), 'Europe/Vienna')).toBe(wall);
    }
    expect(instantOf('2026-07-01T12:00', 'Europe/Vienna')).toBe(Date.parse('2026-07-01T10:00Z'));
  });

  it('does not fail for a zone that the browser has never heard of', () => {
    expect(localDate(Date.parse('2026-11-23T12:00Z'), 'Mars/Olympus')).toBe('2026-11-23');
    expect(wallClock(0, 'Mars/Olympus')).toMatch(/^19(?:69|70)-/u);
  });

  it('says how long ago', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    expect(ago('2026-11-23T11:57:00Z', 'UTC', now)).toBe('3 min. ago');
    expect(day('2026-11-22T11:57:00Z', 'UTC', now)).toBe('Yesterday');
    expect(day('2026-11-03T11:57:00Z', 'UTC', now)).toBe('Tue, Nov 3');
  });
});
