import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Programme } from '../api/gen';
import { layOut, phaseAt } from './timeline';

const tabata: Programme = {
  parts: [
    { blocks: [{ kind: 'warmup', duration_s: 60 }] },
    {
      repeat: 8,
      blocks: [
        { kind: 'work', duration_s: 20 },
        { kind: 'rest', duration_s: 10 },
      ],
    },
    { blocks: [{ kind: 'cooldown', duration_s: 30 }] },
  ],
};
const START = 1_000_000;

test('a repeated part is laid out round by round', () => {
  const { stretches, totalMs } = layOut(tabata);
  expect(stretches).toHaveLength(18);
  expect(totalMs).toBe(330_000);
  expect(stretches[3]).toMatchObject({ part: 1, round: 2, rounds: 8, fromMs: 90_000, toMs: 110_000 });
});

test('nothing has begun where the host has not started', () => {
  expect(phaseAt(layOut(tabata), null, [], START)).toMatchObject({ stage: 'waiting', now: null });
});

test('a start in the future is the countdown', () => {
  const phase = phaseAt(layOut(tabata), START, [], START - 4_500);
  expect(phase).toMatchObject({ stage: 'countdown', remainingMs: 4_500, elapsedMs: -4_500 });
  expect(phase.next?.block.kind).toBe('warmup');
});

test('a block begins at its first millisecond and is over at its last', () => {
  const timeline = layOut(tabata);
  expect(phaseAt(timeline, START, [], START + 59_999)).toMatchObject({ remainingMs: 1, intoMs: 59_999 });
  const next = phaseAt(timeline, START, [], START + 60_000);
  expect(next.now).toMatchObject({ index: 1, round: 1 });
  expect(next.remainingMs).toBe(20_000);
});

test('pauses stand still, and what came after them is later by as much', () => {
  const timeline = layOut(tabata);
  const pauses = [{ beganAt: START + 65_000, endedAt: START + 125_000 }];
  const phase = phaseAt(timeline, START, pauses, START + 130_000);
  expect(phase).toMatchObject({ paused: false, elapsedMs: 70_000, remainingMs: 10_000 });
});

test('while a pause lasts, nothing moves', () => {
  const timeline = layOut(tabata);
  const pauses = [{ beganAt: START + 65_000, endedAt: null }];
  const early = phaseAt(timeline, START, pauses, START + 66_000);
  const late = phaseAt(timeline, START, pauses, START + 666_000);
  expect(late).toEqual(early);
  expect(late.paused).toBe(true);
});

test('after the last block it is done', () => {
  const phase = phaseAt(layOut(tabata), START, [], START + 330_000);
  expect(phase).toMatchObject({ stage: 'done', now: null, next: null });
});

test('an open block lasts, and has no remaining time', () => {
  const timeline = layOut({ parts: [{ blocks: [{ kind: 'free', duration_s: null }] }] });
  const phase = phaseAt(timeline, START, [], START + 36_000_000);
  expect(phase).toMatchObject({ stage: 'running', remainingMs: null, intoMs: 36_000_000 });
});

test('the phase at any moment is where a walk through the blocks would be', () => {
  const timeline = layOut(tabata);
  for (let ms = 0; ms < timeline.totalMs; ms += 777) {
    const walked = timeline.stretches.findLast(({ fromMs }) => fromMs <= ms);
    expect(phaseAt(timeline, START, [], START + ms).now).toBe(walked);
  }
});

interface Vector {
  name: string;
  programme: Programme;
  started_ms: number | null;
  pauses: [number, number | null][];
  total_ms: number | null;
  at: {
    now_ms: number;
    stage: string;
    paused: boolean;
    elapsed_ms: number;
    index: number | null;
    part: number | null;
    round: number | null;
    next: number | null;
    into_ms: number;
    remaining_ms: number | null;
  }[];
}

describe('the hub and the browser agree', () => {
  const file = new URL('../../../tests/vectors/programme.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Vector[] };
  test.each(cases)('$name', ({ programme, started_ms, pauses, total_ms, at }) => {
    const laidOut = layOut(programme);
    expect(Number.isFinite(laidOut.totalMs) ? laidOut.totalMs : null).toBe(total_ms);
    const still = pauses.map(([beganAt, endedAt]) => ({ beganAt, endedAt }));
    for (const { now_ms, ...wanted } of at) {
      const phase = phaseAt(laidOut, started_ms, still, now_ms);
      expect(
        {
          stage: phase.stage,
          paused: phase.paused,
          elapsed_ms: phase.elapsedMs,
          index: phase.now?.index ?? null,
          part: phase.now?.part ?? null,
          round: phase.now?.round ?? null,
          next: phase.next?.index ?? null,
          into_ms: phase.intoMs,
          remaining_ms: phase.remainingMs,
        },
        String(now_ms),
      ).toEqual(wanted);
    }
  });
});
