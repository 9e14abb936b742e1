import { describe, expect, it } from 'vitest';
import { blank, read, type Typed } from './endurance';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const typed = (more: Partial<Typed>): Typed => ({
  ...blank('run', 'Europe/Vienna', NOW, 'followers'),
  duration: '50:00',
  ...more,
});

describe('the endurance form', () => {
  it('reads a run in SI units, at the instant its wall clock shows', () => {
    const { draft, errors } = read(
      typed({ distance: '10,5', climb: '64', heartAvg: '152', when: '2026-11-23T07:30' }),
      'id',
      'metric',
      NOW,
    );
    expect(errors).toEqual({});
    expect(draft).toMatchObject({
      started_at: '2026-11-23T06:30:00.000Z',
      duration_s: 3_000,
      distance_m: 10_500,
      elevation_gain_m: 64,
      heart_rate_avg_bpm: 152,
    });
  });

  it('reads miles and feet', () => {
    const { draft } = read(typed({ distance: '3.1', climb: '100' }), 'id', 'imperial', NOW);
    expect(draft.distance_m).toBeCloseTo(4_989, 0);
    expect(draft.elevation_gain_m).toBeCloseTo(30.5, 1);
  });

  it('says what is wrong with each field', () => {
    const { errors } = read(
      typed({ duration: '', distance: 'far', heartAvg: '400', when: '2026-11-24T07:30' }),
      'id',
      'metric',
      NOW,
    );
    expect(Object.keys(errors).sort()).toEqual(['distance', 'duration', 'heartAvg', 'when']);
    expect(
      read(typed({ heartAvg: '150', heartMax: '140' }), 'id', 'metric', NOW).errors.heartMax,
    ).toBeDefined();
  });

  it('drops what the sport does not have', () => {
    expect(read(typed({ sport: 'yoga', distance: '5' }), 'id', 'metric', NOW).draft.distance_m).toBeNull();
  });
});
