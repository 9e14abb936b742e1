/** Challenges and their boards over REST; live boards come through `live/`. */
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './client';
import type { Challenge, ChallengeDraft, ChallengeState, Standings } from './gen';
import { request } from './request';

export const challengeQueries = {
  list: (state: ChallengeState) =>
    queryOptions({
      queryKey: ['challenges', state],
      queryFn: ({ signal }) =>
        request<Challenge[]>('GET', '/api/challenges', { query: { state, limit: 50 }, signal }),
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
  return placeChallenge(await request<Challenge>('PUT', `/api/challenges/${id}/membership`));
}

export async function leaveChallenge(id: string): Promise<Challenge> {
  return placeChallenge(await request<Challenge>('DELETE', `/api/challenges/${id}/membership`));
}

export async function deleteChallenge(id: string): Promise<void> {
  await request<null>('DELETE', `/api/challenges/${id}`);
  queryClient.removeQueries({ queryKey: ['challenge', id] });
  void queryClient.invalidateQueries({ queryKey: ['challenges'] });
}
