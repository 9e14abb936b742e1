/** Why a score is what it is, what is in quarantine, and who decides about it. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { queryClient } from './client';
import type { AuditPage, CaseState, FairCase, FairPlayRules, Ruling, ScoreCard } from './gen';
import { type PageOf, request } from './request';

export const fairQueries = {
  rules: () =>
    queryOptions({
      queryKey: ['fair-play', 'rules'],
      queryFn: ({ signal }) => request<FairPlayRules>('GET', '/api/fair-play/rules', { signal }),
    }),
  mine: () =>
    queryOptions({
      queryKey: ['fair-play', 'mine'],
      queryFn: ({ signal }) => request<FairCase[]>('GET', '/api/fair-play/cases', { signal }),
    }),
  queue: (state: CaseState) =>
    infiniteQueryOptions({
      queryKey: ['fair-play', 'queue', state],
      queryFn: ({ pageParam, signal }) =>
        request<PageOf<FairCase>>('GET', '/api/fair-play/queue', {
          query: { state, cursor: pageParam },
          signal,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    }),
  score: (id: string) =>
    infiniteQueryOptions({
      queryKey: ['challenge', id, 'score'],
      queryFn: ({ pageParam, signal }) =>
        request<ScoreCard>('GET', `/api/challenges/${id}/score/me`, { query: { cursor: pageParam }, signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor ?? null,
    }),
  audit: (id: string) =>
    infiniteQueryOptions({
      queryKey: ['challenge', id, 'audit'],
      queryFn: ({ pageParam, signal }) =>
        request<AuditPage>('GET', `/api/challenges/${id}/audit`, { query: { before: pageParam }, signal }),
      initialPageParam: null as number | null,
      getNextPageParam: (page) => page.next_before ?? null,
    }),
};

export async function appeal(workout: string, text: string): Promise<FairCase> {
  const found = await request<FairCase>('POST', `/api/fair-play/cases/${workout}/appeal`, { body: { text } });
  void queryClient.invalidateQueries({ queryKey: ['fair-play'] });
  void queryClient.invalidateQueries({ queryKey: ['challenge'] });
  return found;
}

export async function decide(workout: string, body: Ruling): Promise<void> {
  await request<FairCase>('POST', `/api/fair-play/queue/${workout}/decision`, { body });
  void queryClient.invalidateQueries({ queryKey: ['fair-play'] });
}
