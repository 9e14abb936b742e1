/** A room as its screen sees it: what the hub said over REST, kept true by the live channels. */
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { LiveSession, Participant, Room } from '../../api/gen';
import { liveQueries } from '../../api/live';
import { useChannelEvents, useChannelState } from '../../live/hooks';
import { live } from '../../live/live';
import { type Sole, useSole } from '../../live/sole';
import { layOut, type Phase, phaseAt, type Standstill, type Timeline } from '../../live/timeline';
import { Athlete } from './athlete';

/** How often to look whether the phase has changed: below what anybody notices. */
const LOOK_MS = 60;
const SAMPLE_MS = 1_000;

export interface RoomView {
  readonly room: Room;
  readonly session: LiveSession;
  readonly roster: readonly Participant[];
  /** My row, where I take part. */
  readonly me: Participant | null;
  readonly present: ReadonlySet<string>;
}

export function useRoom(id: string): RoomView {
  const { data: room } = useSuspenseQuery(liveQueries.room(id));
  const channel = useChannelState<LiveSession | Participant>(`room:${id}`);
  const presence = useChannelState<unknown>(`presence:session:${id}`);
  const client = useQueryClient();
  useChannelEvents(`room:${id}`, {
    resync: (reason) => {
      if (reason !== 'subscribed') void client.invalidateQueries({ queryKey: liveQueries.room(id).queryKey });
    },
  });
  return useMemo(() => {
    const session = (channel.rows.get('session') as LiveSession | undefined) ?? room.session;
    const rows = [...channel.rows].filter(([key]) => key !== 'session').map(([, row]) => row as Participant);
    const roster = (channel.ready ? rows : room.roster)
      .filter(({ left }) => !left)
      .sort((a, b) => a.number - b.number);
    const me = roster.find(({ number }) => number === room.number) ?? null;
    return { room, session, roster, me, present: new Set(presence.rows.keys()) };
  }, [room, channel, presence]);
}

export interface Clockwork {
  readonly timeline: Timeline;
  readonly startedAt: number | null;
  /** The phase right now, by the hub's clock. */
  readonly at: () => Phase;
}

/** The session's clock: to be asked each frame, not to be kept. */
export function useClockwork(session: LiveSession): Clockwork {
  const { programme, started_at, pauses, finished_at } = session;
  const timeline = useMemo(() => layOut(programme), [programme]);
  return useMemo(() => {
    const startedAt = started_at === null ? null : Date.parse(started_at);
    const finishedAt = finished_at === null ? Number.POSITIVE_INFINITY : Date.parse(finished_at);
    const still: Standstill[] = pauses.map(({ began_at, ended_at }) => ({
      beganAt: Date.parse(began_at),
      endedAt: ended_at === null ? null : Date.parse(ended_at),
    }));
    return {
      timeline,
      startedAt,
      at: () => phaseAt(timeline, startedAt, still, Math.min(live.now(), finishedAt)),
    };
  }, [timeline, started_at, pauses, finished_at]);
}

/** The phase, rendered anew when the block, the stage or the pause changes; not each second. */
export function usePhase(clockwork: Clockwork): Phase {
  const [phase, setPhase] = useState(clockwork.at);
  useEffect(() => {
    const look = () => {
      const next = clockwork.at();
      setPhase((before) => (isSame(before, next) ? before : next));
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [clockwork]);
  return phase;
}

function isSame(a: Phase, b: Phase): boolean {
  return a.stage === b.stage && a.paused === b.paused && a.now?.index === b.now?.index;
}

/** Call `paint` each animation frame. It writes to elements itself: React renders nothing. */
export function useFrames(paint: () => void): void {
  useEffect(() => {
    let frame = 0;
    const next = () => {
      paint();
      frame = requestAnimationFrame(next);
    };
    next();
    return () => cancelAnimationFrame(frame);
  }, [paint]);
}

export interface Self {
  readonly athlete: Athlete;
  /** Of several tabs one is the athlete: two would record everything twice. */
  readonly sole: Sole;
}

/** Me as an athlete in this session; records a sample a second while the programme runs. */
export function useAthlete(view: RoomView, clockwork: Clockwork): Self {
  const { session, room } = view;
  const sole = useSole(`pulsehub.athlete.${session.id}`);
  const now = useRef(clockwork);
  const [athlete] = useState(() => new Athlete(session.id, session.sport, () => effortOf(now.current.at())));
  const { stream, stored_upto } = room;
  useEffect(() => {
    now.current = clockwork;
  }, [clockwork]);
  useEffect(() => {
    if (stream !== null) live.openStream(stream, stored_upto);
  }, [stream, stored_upto]);
  useEffect(() => {
    if (!sole.isMine) return;
    athlete.wake();
    return () => athlete.close();
  }, [athlete, sole.isMine]);
  const isTaking = stream !== null && session.state === 'running';
  useEffect(() => {
    if (!sole.isMine) return;
    const timer = setInterval(() => {
      const { startedAt, at } = now.current;
      if (!isTaking || startedAt === null || at().stage !== 'running') {
        athlete.measure(Date.now());
        return;
      }
      const taken = athlete.take(live.now() - startedAt, Date.now());
      if (taken !== null) live.record(stream, taken);
    }, SAMPLE_MS);
    return () => clearInterval(timer);
  }, [athlete, sole.isMine, isTaking, stream]);
  return { athlete, sole };
}

function effortOf(phase: Phase) {
  return phase.stage === 'running' && !phase.paused ? (phase.now?.block.kind ?? null) : null;
}

export function useAthleteState(athlete: Athlete) {
  return useSyncExternalStore(athlete.subscribe, () => athlete.state);
}
