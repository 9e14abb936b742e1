/** Where a programme stands: a pure function of its start, its pauses and the time. Never counted ticks. */
import type { Block, Programme } from '../api/gen/types.gen';

/** One block of a programme laid out in time. Milliseconds since the programme's start. */
export interface Stretch {
  readonly block: Block;
  /** Which block this is, from 0, over all repetitions. */
  readonly index: number;
  readonly part: number;
  /** Which repetition of its part, from 1, and of how many. */
  readonly round: number;
  readonly rounds: number;
  readonly fromMs: number;
  /** Infinity where the block lasts until the host finishes. */
  readonly toMs: number;
}

export interface Timeline {
  readonly stretches: readonly Stretch[];
  /** Infinity where the last block is open. */
  readonly totalMs: number;
}

/** A stand-still, in milliseconds since the epoch; `endedAt` null while it lasts. */
export interface Standstill {
  readonly beganAt: number;
  readonly endedAt: number | null;
}

export interface Phase {
  readonly stage: 'waiting' | 'countdown' | 'running' | 'done';
  readonly paused: boolean;
  /** Milliseconds of programme that have passed: pauses do not count. Negative during the countdown. */
  readonly elapsedMs: number;
  readonly now: Stretch | null;
  readonly next: Stretch | null;
  readonly intoMs: number;
  /** Of the current block; null where it is open or there is none. */
  readonly remainingMs: number | null;
}

/** Lay a programme out in time: parts in order, each `repeat` times over. */
export function layOut(programme: Programme): Timeline {
  const stretches: Stretch[] = [];
  let atMs = 0;
  programme.parts.forEach((part, partIndex) => {
    const rounds = part.repeat ?? 1;
    for (let round = 1; round <= rounds; round++) {
      for (const block of part.blocks) {
        const lengthMs = block.duration_s === null ? Number.POSITIVE_INFINITY : block.duration_s * 1000;
        const toMs = atMs + lengthMs;
        stretches.push({
          block,
          index: stretches.length,
          part: partIndex,
          round,
          rounds,
          fromMs: atMs,
          toMs,
        });
        atMs = toMs;
        if (block.duration_s === null) return;
      }
    }
  });
  return { stretches, totalMs: atMs };
}

/** Milliseconds of programme that have passed at `now`; negative before the start. */
function elapsed(startedAt: number, pauses: readonly Standstill[], now: number): number {
  let still = 0;
  for (const pause of pauses) {
    const from = Math.max(pause.beganAt, startedAt);
    const to = Math.min(pause.endedAt ?? now, now);
    still += Math.max(0, to - from);
  }
  return now - startedAt - still;
}

const WAITING: Phase = {
  stage: 'waiting',
  paused: false,
  elapsedMs: 0,
  now: null,
  next: null,
  intoMs: 0,
  remainingMs: null,
};

/** The phase at `now`, all times in milliseconds since the epoch. `startedAt` null: the host has not started. */
export function phaseAt(
  timeline: Timeline,
  startedAt: number | null,
  pauses: readonly Standstill[],
  now: number,
): Phase {
  const first = timeline.stretches[0] ?? null;
  if (startedAt === null) return { ...WAITING, next: first };
  const paused = pauses.some((pause) => pause.endedAt === null && pause.beganAt <= now);
  const elapsedMs = elapsed(startedAt, pauses, now);
  if (elapsedMs < 0) {
    return { ...WAITING, stage: 'countdown', paused, elapsedMs, next: first, remainingMs: -elapsedMs };
  }
  const current = find(timeline.stretches, elapsedMs);
  if (current === null) return { ...WAITING, stage: 'done', paused, elapsedMs };
  return {
    stage: 'running',
    paused,
    elapsedMs,
    now: current,
    next: timeline.stretches[current.index + 1] ?? null,
    intoMs: elapsedMs - current.fromMs,
    remainingMs: current.toMs === Number.POSITIVE_INFINITY ? null : current.toMs - elapsedMs,
  };
}

/** The stretch at `elapsedMs` by binary search: a programme may have thousands. */
function find(stretches: readonly Stretch[], elapsedMs: number): Stretch | null {
  let low = 0;
  let high = stretches.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const stretch = stretches[middle];
    if (stretch === undefined) return null;
    if (elapsedMs < stretch.fromMs) high = middle - 1;
    else if (elapsedMs >= stretch.toMs) low = middle + 1;
    else return stretch;
  }
  return null;
}
