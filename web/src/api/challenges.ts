/** Challenges and their boards over REST; live boards come through `live/`. */
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './client';
import type {
  Challenge,
  ChallengeDraft,
  ChallengeState,
  ParticipationChange,
  Recommendation,
  Standings,
  Summary,
  Template,
} from './gen';
import { request } from './request';

export const challengeQueries = {
  list: (state: ChallengeState) =>
    queryOptions({
      queryKey: ['challenges', state],
      queryFn: ({ signal }) =>
        request<Challenge[]>('GET', '/api/challenges', { query: { state, limit: 50 }, signal }),
    }),
  search: (q: string, whose: 'all' | 'friends') =>
    queryOptions({
      queryKey: ['challenges', 'search', whose, q],
      queryFn: ({ signal }) =>
        request<Challenge[]>('GET', '/api/challenges', { query: { q, whose, limit: 50 }, signal }),
    }),
  recommended: () =>
    queryOptions({
      queryKey: ['challenges-recommended'],
      queryFn: ({ signal }) =>
        request<Recommendation[]>('GET', '/api/challenges/recommended', { query: { limit: 6 }, signal }),
    }),
  templates: () =>
    queryOptions({
      queryKey: ['challenge-templates'],
      queryFn: ({ signal }) => request<Template[]>('GET', '/api/challenges/templates', { signal }),
    }),
  summary: (draft: ChallengeDraft) =>
    queryOptions({
      queryKey: ['challenge-summary', draft],
      retry: false,
      queryFn: ({ signal }) => request<Summary>('POST', '/api/challenges/summary', { body: draft, signal }),
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['challenge', id],
      queryFn: ({ signal }) => request<Challenge>('GET', `/api/challenges/${id}`, { signal }),
    }),
  standings: (id: string) =>
    queryOptions({
      queryKey: ['challenge', id, 'standings'],
      queryFn: ({ signal }) => request<Standings>('GET', `/api/challenges/${id}/standings`, { signal }),
    }),
};

/** A challenge changed: it is replaced wherever it is shown. */
function placeChallenge(challenge: Challenge): Challenge {
  queryClient.setQueryData(challengeQueries.one(challenge.id).queryKey, challenge);
  queryClient.setQueriesData<Challenge[]>({ queryKey: ['challenges'] }, (list) =>
    list?.map((one) => (one.id === challenge.id ? challenge : one)),
  );
  return challenge;
}

export async function createChallenge(body: ChallengeDraft): Promise<Challenge> {
  const challenge = placeChallenge(await request<Challenge>('POST', '/api/challenges', { body }));
  void queryClient.invalidateQueries({ queryKey: ['challenges'] });
  return challenge;
}

export async function joinChallenge(id: string): Promise<Challenge> {
  const challenge = placeChallenge(await request<Challenge>('PUT', `/api/challenges/${id}/membership`));
  void queryClient.invalidateQueries({ queryKey: ['challenges-recommended'] });
  void queryClient.invalidateQueries({ queryKey: ['challenge', id] });
  return challenge;
}

export async function changeParticipation(id: string, body: ParticipationChange): Promise<Challenge> {
  return placeChallenge(await request<Challenge>('PATCH', `/api/challenges/${id}/membership`, { body }));
}

export async function leaveChallenge(id: string): Promise<Challenge> {
  return placeChallenge(await request<Challenge>('DELETE', `/api/challenges/${id}/membership`));
}

export async function deleteChallenge(id: string): Promise<void> {
  await request<null>('DELETE', `/api/challenges/${id}`);
  queryClient.removeQueries({ queryKey: ['challenge', id] });
  void queryClient.invalidateQueries({ queryKey: ['challenges'] });
}
