/** Members, following, and the page of each. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { queryClient } from './client';
import type {
  Follow,
  FollowRequest,
  Me,
  MemberCard,
  Post,
  Preferences,
  Profile,
  ProfileChange,
  Workout,
} from './gen';
import { type PageOf, request } from './request';
import { setMe } from './session';

const at = (handle: string) => `/api/members/${encodeURIComponent(handle)}`;

export const memberQueries = {
  profile: (handle: string) =>
    queryOptions({
      queryKey: ['member', handle],
      queryFn: ({ signal }) => request<Profile>('GET', at(handle), { signal }),
    }),
  workouts: (handle: string) =>
    infiniteQueryOptions({
      queryKey: ['member', handle, 'workouts'],
      queryFn: ({ pageParam, signal }) =>
        request<PageOf<Workout>>('GET', `${at(handle)}/workouts`, { query: { cursor: pageParam }, signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    }),
  posts: (handle: string) =>
    infiniteQueryOptions({
      queryKey: ['member', handle, 'posts'],
      queryFn: ({ pageParam, signal }) =>
        request<PageOf<Post>>('GET', `${at(handle)}/posts`, { query: { cursor: pageParam }, signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    }),
  ties: (handle: string, side: 'followers' | 'following') =>
    infiniteQueryOptions({
      queryKey: ['member', handle, side],
      queryFn: ({ pageParam, signal }) =>
        request<PageOf<MemberCard>>('GET', `${at(handle)}/${side}`, { query: { cursor: pageParam }, signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    }),
  search: (text: string) =>
    queryOptions({
      queryKey: ['members', text],
      queryFn: ({ signal }) =>
        request<MemberCard[]>('GET', '/api/members', { query: { q: text, limit: 20 }, signal }),
    }),
  requests: () =>
    queryOptions({
      queryKey: ['follow-requests'],
      queryFn: ({ signal }) => request<FollowRequest[]>('GET', '/api/me/follow-requests', { signal }),
    }),
};

function changeProfile(handle: string, change: (profile: Profile) => Profile): void {
  queryClient.setQueryData(memberQueries.profile(handle).queryKey, (profile) => profile && change(profile));
}

export async function follow(handle: string): Promise<Follow> {
  const tie = await request<Follow>('PUT', `${at(handle)}/follow`);
  changeProfile(handle, (profile) => followed(profile, tie.state));
  void queryClient.invalidateQueries({ queryKey: ['feed'] });
  return tie;
}

export async function unfollow(handle: string): Promise<void> {
  await request<null>('DELETE', `${at(handle)}/follow`);
  // What may be seen can shrink with the tie: the page is read again, the rest forgotten.
  void queryClient.invalidateQueries({ queryKey: ['member', handle] });
  void queryClient.invalidateQueries({ queryKey: ['feed'] });
}

function followed(profile: Profile, state: Follow['state']): Profile {
  if (state === 'requested') return { ...profile, relation: 'requested' };
  const followers = profile.relation === 'following' ? profile.followers : (profile.followers ?? 0) + 1;
  return { ...profile, relation: 'following', ...(followers == null ? {} : { followers }) };
}

export async function block(handle: string): Promise<void> {
  await request<null>('PUT', `${at(handle)}/block`);
  void queryClient.invalidateQueries({ queryKey: ['member', handle] });
  void queryClient.invalidateQueries({ queryKey: ['feed'] });
}

export async function unblock(handle: string): Promise<void> {
  await request<null>('DELETE', `${at(handle)}/block`);
  void queryClient.invalidateQueries({ queryKey: ['member', handle] });
}

export async function answerRequest(memberId: string, accept: boolean): Promise<void> {
  await request<null>(accept ? 'PUT' : 'DELETE', `/api/me/follow-requests/${memberId}`);
  const key = memberQueries.requests().queryKey;
  queryClient.setQueryData(key, (all) => all?.filter(({ member }) => member.id !== memberId));
  setMe((me) => ({ ...me, follow_requests: Math.max(0, (me.follow_requests ?? 0) - 1) }));
}

export async function changeMe(body: ProfileChange): Promise<Me> {
  return took(await request<Me>('PATCH', '/api/me', { body }));
}

let changing = 0;

/** Put preferences. While a newer change is on its way, the answer to an older one is not shown. */
export async function changePreferences(body: Preferences): Promise<void> {
  changing += 1;
  try {
    const preferences = await request<Preferences>('PUT', '/api/me/preferences', { body });
    if (changing === 1) setMe((me) => ({ ...me, preferences }));
  } finally {
    changing -= 1;
  }
}

/** Preferences changed on another device. */
export function tookPreferences(preferences: Preferences): void {
  if (changing === 0) setMe((me) => ({ ...me, preferences }));
}

export async function changeAvatar(image: Blob | null): Promise<Me> {
  return took(
    await (image
      ? request<Me>('PUT', '/api/me/avatar', { bytes: image })
      : request<Me>('DELETE', '/api/me/avatar')),
  );
}

function took(me: Me): Me {
  setMe(() => me);
  changeProfile(me.handle, (profile) => ({
    ...profile,
    bio: me.bio,
    member: { ...profile.member, name: me.name, avatar: me.avatar },
  }));
  return me;
}
