/** My workouts and the catalogue of exercises. New and changed ones go through `offline/outbox`. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { orCopy } from '../offline/documents';
import { queryClient } from './client';
import type { Exercise, ExerciseEntry, Workout } from './gen';
import { mapPages, type Pages, putInOrder } from './pages';
import { type PageOf, request } from './request';

/** As many as are kept for reading without a network. */
const PAGE = 60;

function workoutPage(cursor: string | null, signal: AbortSignal): Promise<PageOf<Workout>> {
  return request<PageOf<Workout>>('GET', '/api/workouts', { query: { cursor, limit: PAGE }, signal });
}

export const workoutQueries = {
  mine: () =>
    infiniteQueryOptions({
      queryKey: ['workouts'],
      queryFn: ({ pageParam, signal }) =>
        pageParam === null
          ? orCopy('workouts', () => workoutPage(null, signal))
          : workoutPage(pageParam, signal),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['workout', id],
      queryFn: ({ signal }) => request<Workout>('GET', `/api/workouts/${id}`, { signal }),
    }),
  exercises: () =>
    queryOptions({
      queryKey: ['exercises'],
      queryFn: ({ signal }) =>
        orCopy('exercises', () => request<Exercise[]>('GET', '/api/exercises', { signal })),
      staleTime: 60 * 60_000,
      gcTime: Number.POSITIVE_INFINITY,
    }),
  last: (slug: string) =>
    queryOptions({
      queryKey: ['exercise-last', slug],
      queryFn: ({ signal }) =>
        request<ExerciseEntry | null>('GET', `/api/exercises/${slug}/last`, { signal }),
      staleTime: 5 * 60_000,
    }),
};

/** A workout was logged or changed: it stands at its place by when it was started. */
export function placeWorkout(workout: Workout): void {
  queryClient.setQueryData(workoutQueries.one(workout.id).queryKey, (old) =>
    old && old.version > workout.version ? old : workout,
  );
  queryClient.setQueryData(workoutQueries.mine().queryKey, (pages) => pages && placed(pages, workout));
  for (const { exercise } of workout.exercises)
    void queryClient.invalidateQueries({ queryKey: workoutQueries.last(exercise).queryKey });
}

/** At its place; an older version never replaces a newer one. */
export function placed(pages: Pages<Workout>, workout: Workout): Pages<Workout> {
  const known = pages.pages.flatMap((page) => page.items).find(({ id }) => id === workout.id);
  if (known && known.version > workout.version) return pages;
  return putInOrder(pages, workout, ({ started_at }) => started_at);
}

export function removeWorkout(id: string): void {
  queryClient.removeQueries({ queryKey: workoutQueries.one(id).queryKey });
  queryClient.setQueryData(
    workoutQueries.mine().queryKey,
    (pages) => pages && mapPages(pages, (items) => items.filter((one) => one.id !== id)),
  );
}
