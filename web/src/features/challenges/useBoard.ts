import { type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { challengeQueries } from '../../api/challenges';
import type { Challenge, Standing } from '../../api/gen';
import { useMe } from '../../api/session';
import { useChannelState } from '../../live/hooks';
import { COUNT_KEY, ranked } from '../../live/places';
import { type Neighbourhood, neighbourhood, type Passed } from './neighbourhood';
import { merged } from './standings';

export interface LiveBoard {
  /** The first hundred places, as they move. */
  readonly top: readonly Standing[];
  /** The places around mine, live where I take part. */
  readonly around: readonly Standing[];
  readonly mine: Standing | null;
  /** The id by which I stand on this board: an alias has one of its own. */
  readonly myKey: string;
  readonly participants: number;
  readonly passed: Passed | null;
  /** Another object whenever something on the board has moved. */
  readonly moved: unknown;
}

/** The board of a challenge over its two live channels; over REST until they have spoken. */
export function useBoard(challenge: Challenge): LiveBoard {
  const me = useMe();
  const { id } = challenge;
  const read = useQuery(challengeQueries.standings(id)).data;
  const top = useChannelState<unknown>(`board:${id}`);
  const near = useChannelState<unknown>(challenge.me ? `around:${id}:${me.id}` : null);
  const here = useMemo(() => (near.ready ? neighbourhood(near.rows) : null), [near]);
  const myKey = challenge.mine?.member.id ?? me.id;
  return useMemo(() => {
    const live = top.ready ? ranked(top.rows, challenge.kind) : null;
    const rows = live ?? read?.top ?? [];
    const count = top.rows.get(COUNT_KEY) as { participants?: number } | undefined;
    const around = here?.rows ?? merged(live, [read?.around_me ?? []]);
    const at = (list: readonly Standing[]) => list.find(({ member }) => member.id === myKey);
    return {
      top: rows,
      around: challenge.me ? around : [],
      mine: challenge.me ? (at(around) ?? at(rows) ?? challenge.mine ?? null) : null,
      myKey,
      participants: count?.participants ?? read?.participants ?? challenge.participants,
      passed: here?.passed ?? null,
      moved: [live, here] satisfies [unknown, Neighbourhood | null],
    };
  }, [top, here, read, challenge, myKey]);
}

/** What is not live itself is read again when the board moves, at most this often; null: not now. */
export function useReadAgain(moved: unknown, key: QueryKey | null, everyMs = 2_000): void {
  const client = useQueryClient();
  const readAt = useRef(Date.now());
  const seen = useRef(moved);
  const name = JSON.stringify(key);
  useEffect(() => {
    if (seen.current === moved || name === 'null') return;
    const wait = Math.max(0, readAt.current + everyMs - Date.now());
    const timer = setTimeout(() => {
      seen.current = moved;
      readAt.current = Date.now();
      void client.invalidateQueries({ queryKey: JSON.parse(name) as QueryKey });
    }, wait);
    return () => clearTimeout(timer);
  }, [moved, name, everyMs, client]);
}
