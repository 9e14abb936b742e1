import { expect, test } from 'vitest';
import type { Programme } from '../api/gen';
import { cuesAhead } from './cues';
import { layOut, phaseAt } from './timeline';

const programme: Programme = {
  parts: [
    {
      blocks: [
        { kind: 'work', duration_s: 20 },
        { kind: 'rest', duration_s: 10 },
      ],
    },
  ],
};
const timeline = layOut(programme);
const at = (ms: number) => cuesAhead(phaseAt(timeline, 0, [], ms), timeline.totalMs, 3_500);

test('three are counted down before a start', () => {
  expect(at(-3_000)).toEqual([
    { atMs: -3_000, kind: 'tick' },
    { atMs: -2_000, kind: 'tick' },
    { atMs: -1_000, kind: 'tick' },
    { atMs: 0, kind: 'go' },
  ]);
});

test('a rest sounds unlike work, and the end unlike both', () => {
  expect(at(17_000).at(-1)).toEqual({ atMs: 20_000, kind: 'rest' });
  expect(at(27_000).at(-1)).toEqual({ atMs: 30_000, kind: 'done' });
});

test('a pause is silent', () => {
  const phase = phaseAt(timeline, 0, [{ beganAt: 18_000, endedAt: null }], 19_000);
  expect(cuesAhead(phase, timeline.totalMs, 3_500)).toEqual([]);
});
