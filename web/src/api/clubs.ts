/** Clubs and who is in them. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { queryClient } from './client';
import type { Club, ClubDraft, ClubMember } from './gen';
import { type PageOf, request } from './request';

export const clubQueries = {
  list: () =>
    queryOptions({
      queryKey: ['clubs'],
      queryFn: ({ signal }) => request<Club[]>('GET', '/api/clubs', { signal }),
    }),
  one: (slug: string) =>
    queryOptions({
      queryKey: ['club', slug],
      queryFn: ({ signal }) => request<Club>('GET', `/api/clubs/${slug}`, { signal }),
    }),
  members: (slug: string) =>
    infiniteQueryOptions({
      queryKey: ['club', slug, 'members'],
      queryFn: ({ pageParam, signal }) =>
        request<PageOf<ClubMember>>('GET', `/api/clubs/${slug}/members`, {
          query: { cursor: pageParam },
          signal,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    }),
};

function place(club: Club): Club {
  queryClient.setQueryData(clubQueries.one(club.slug).queryKey, club);
  queryClient.setQueryData(clubQueries.list().queryKey, (list) =>
    list?.map((one) => (one.id === club.id ? club : one)),
  );
  void queryClient.invalidateQueries({ queryKey: ['club', club.slug, 'members'] });
  return club;
}

export async function createClub(body: ClubDraft): Promise<Club> {
  const club = await request<Club>('POST', '/api/clubs', { body });
  queryClient.setQueryData(clubQueries.list().queryKey, (list) => list && [...list, club]);
  return place(club);
}

export async function joinClub(slug: string): Promise<Club> {
  return place(await request<Club>('PUT', `/api/clubs/${slug}/membership`));
}

export async function leaveClub(slug: string): Promise<Club> {
  return place(await request<Club>('DELETE', `/api/clubs/${slug}/membership`));
}
