/** My workouts and the catalogue of exercises. New and changed ones go through `offline/outbox`. */
import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { orCopy } from '../offline/documents';
import { queryClient } from './client';
import type { Exercise, ExerciseEntry, Workout } from './gen';
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

type Pages = InfiniteData<PageOf<Workout>>;

/** A workout was logged or changed: it stands at its place by when it was started. */
export function placeWorkout(workout: Workout): void {
  queryClient.setQueryData(workoutQueries.one(workout.id).queryKey, (old) =>
    old && old.version > workout.version ? old : workout,
  );
  queryClient.setQueryData(workoutQueries.mine().queryKey, (pages) => pages && placed(pages, workout));
  for (const { exercise } of workout.exercises)
    void queryClient.invalidateQueries({ queryKey: workoutQueries.last(exercise).queryKey });
}

/** On the page whose range it falls in; past the last loaded one it waits to be loaded. */
export function placed(pages: Pages, workout: Workout): Pages {
  const known = pages.pages.flatMap((page) => page.items).find(({ id }) => id === workout.id);
  if (known && known.version > workout.version) return pages;
  const without = pages.pages.map((page) => ({
    ...page,
    items: page.items.filter(({ id }) => id !== workout.id),
  }));
  const started = Date.parse(workout.started_at);
  const at = without.findIndex((page) => {
    const oldest = page.items.at(-1);
    return page.next_cursor === null || (oldest && Date.parse(oldest.started_at) <= started);
  });
  const put = without.map((page, index) =>
    index === at ? { ...page, items: inOrder([...page.items, workout]) } : page,
  );
  return { ...pages, pages: put };
}

function inOrder(items: Workout[]): Workout[] {
  return items.sort((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at));
}

export function removeWorkout(id: string): void {
  queryClient.removeQueries({ queryKey: workoutQueries.one(id).queryKey });
  queryClient.setQueryData(
    workoutQueries.mine().queryKey,
    (pages) =>
      pages && {
        ...pages,
        pages: pages.pages.map((page) => ({ ...page, items: page.items.filter((one) => one.id !== id) })),
      },
  );
}
