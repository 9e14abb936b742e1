import { useMemo } from 'react';
import type { LiveSession } from '../api/gen';
import { live } from '../live/live';
import { layOut, type Phase, phaseAt, type Timeline } from '../live/timeline';
import { useNow } from './useNow';

/** Where a session's programme stands, each second, by the hub's clock. */
export function useSessionClock(session: LiveSession): { phase: Phase; timeline: Timeline } {
  const moves = session.state === 'running';
  useNow(moves ? 1_000 : null);
  const timeline = useMemo(() => layOut(session.programme), [session.programme]);
  const pauses = session.pauses.map(({ began_at, ended_at }) => ({
    beganAt: Date.parse(began_at),
    endedAt: ended_at ? Date.parse(ended_at) : null,
  }));
  const startedAt = session.started_at ? Date.parse(session.started_at) : null;
  return { phase: phaseAt(timeline, startedAt, pauses, live.now()), timeline };
}
