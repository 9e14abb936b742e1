import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Workout } from '../api/gen';
import { useMe } from '../api/session';
import { workoutQueries } from '../api/workouts';
import { overlay, unsent } from '../offline/pending';
import { useOutbox } from '../offline/useOutbox';

/** My log as far as it is loaded, with what waits to be sent. */
export function useMyWorkouts() {
  const me = useMe();
  const entries = useOutbox();
  const query = useInfiniteQuery(workoutQueries.mine());
  const pages = query.data;
  const workouts = useMemo(() => {
    const known = pages?.pages.flatMap((page) => page.items);
    return known || entries.length > 0 ? overlay(known ?? [], entries, me) : undefined;
  }, [pages, entries, me]);
  return { query, workouts };
}

/** Only what waits to be sent. */
export function useUnsent(): Workout[] {
  const me = useMe();
  const entries = useOutbox();
  const known = useQueryClient().getQueryData(workoutQueries.mine().queryKey);
  return unsent(entries, me, known?.pages.flatMap((page) => page.items) ?? []);
}
