/** Cheers come in crowds: mine are counted for a second and said once, theirs are added up. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { live, PublishRefused } from '../../live/live';
import { CHEERS, type CheerKind } from './glyphs';

/** So that a crowd stays within what the hub takes of one member. */
const SAY_EVERY_MS = 2_500;
const MOST_AT_ONCE = 50;
const MOST_IN_THE_AIR = 7;

export type Counts = Readonly<Record<CheerKind, number>>;
export const NO_CHEERS: Counts = { clap: 0, fire: 0, heart: 0, muscle: 0, star: 0 };

export interface Burst {
  readonly id: number;
  readonly kind: CheerKind;
  readonly count: number;
  readonly name: string;
}

export function isCheer(kind: string): kind is CheerKind {
  return (CHEERS as readonly string[]).includes(kind);
}

/** Tap as often as you like: what was tapped is said as one cheer with a count. */
export function useCheering(session: string): (kind: CheerKind) => void {
  const waiting = useRef<Record<CheerKind, number>>({ ...NO_CHEERS });
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const say = useCallback(() => {
    timer.current = null;
    const kind = CHEERS.find((one) => waiting.current[one] > 0);
    if (kind === undefined) return;
    const count = Math.min(MOST_AT_ONCE, waiting.current[kind]);
    waiting.current[kind] = 0;
    live.publish(`session:${session}`, { type: 'cheer', kind, count }).catch((error: unknown) => {
      // A cheer that did not arrive is not worth a word.
      if (!(error instanceof PublishRefused)) throw error;
    });
    timer.current = setTimeout(say, SAY_EVERY_MS);
  }, [session]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return useCallback(
    (kind) => {
      waiting.current[kind] = Math.min(MOST_AT_ONCE, waiting.current[kind] + 1);
      timer.current ??= setTimeout(say, 400);
    },
    [say],
  );
}

/** What flies over the screen right now: few at a time, however loud the crowd is. */
export function useBursts(): [readonly Burst[], (burst: Omit<Burst, 'id'>) => void, (id: number) => void] {
  const [bursts, setBursts] = useState<readonly Burst[]>([]);
  const ids = useRef(0);
  const add = useCallback((burst: Omit<Burst, 'id'>) => {
    ids.current += 1;
    const next = { ...burst, id: ids.current };
    setBursts((before) => [...before.slice(1 - MOST_IN_THE_AIR), next]);
  }, []);
  const end = useCallback((id: number) => setBursts((before) => before.filter((one) => one.id !== id)), []);
  return [bursts, add, end];
}
