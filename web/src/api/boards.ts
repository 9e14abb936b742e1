/** Boards, teams, invitations and results over REST; what moves comes through `live/`. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { queryClient } from './client';
import type {
  BoardPage,
  Challenge,
  EmbeddedBoard,
  EmbedLink,
  FriendsPage,
  Invitation,
  Invite,
  MyProgress,
  NewInvite,
  Results,
  Team,
  TeamDraft,
  TeamEdit,
  TeamMember,
} from './gen';
import { request } from './request';

/** So many places are read at once. */
export const PAGE = 50;

const of = (id: string) => `/api/challenges/${id}`;

export const boardQueries = {
  page: (id: string, offset: number) =>
    queryOptions({
      queryKey: ['challenge', id, 'board', offset],
      placeholderData: keepPreviousData,
      queryFn: ({ signal }) =>
        request<BoardPage>('GET', `${of(id)}/board`, { query: { offset, limit: PAGE }, signal }),
    }),
  friends: (id: string) =>
    queryOptions({
      queryKey: ['challenge', id, 'friends'],
      queryFn: ({ signal }) => request<FriendsPage>('GET', `${of(id)}/board/friends`, { signal }),
    }),
  progress: (id: string) =>
    queryOptions({
      queryKey: ['challenge', id, 'progress'],
      queryFn: ({ signal }) => request<MyProgress>('GET', `${of(id)}/board/progress`, { signal }),
    }),
  results: (id: string) =>
    queryOptions({
      queryKey: ['challenge', id, 'results'],
      queryFn: ({ signal }) => request<Results>('GET', `${of(id)}/results`, { signal }),
    }),
  teams: (id: string) =>
    queryOptions({
      queryKey: ['challenge', id, 'teams'],
      queryFn: ({ signal }) => request<Team[]>('GET', `${of(id)}/teams`, { signal }),
    }),
  teamMembers: (id: string, team: string) =>
    queryOptions({
      queryKey: ['challenge', id, 'teams', team],
      queryFn: ({ signal }) => request<TeamMember[]>('GET', `${of(id)}/teams/${team}/members`, { signal }),
    }),
  invites: (id: string) =>
    queryOptions({
      queryKey: ['challenge', id, 'invites'],
      queryFn: ({ signal }) => request<Invite[]>('GET', `${of(id)}/invites`, { signal }),
    }),
  invitation: (token: string) =>
    queryOptions({
      queryKey: ['invitation', token],
      queryFn: ({ signal }) =>
        request<Invitation>('POST', '/api/challenges/invitation', { body: { token }, signal }),
    }),
  embedded: (token: string) =>
    queryOptions({
      queryKey: ['embedded', token],
      queryFn: ({ signal }) => request<EmbeddedBoard>('GET', `/api/embed/boards/${token}`, { signal }),
    }),
};

/** What is told of teams is read again, and so is where I am. */
function teamsChanged(id: string): void {
  void queryClient.invalidateQueries({ queryKey: ['challenge', id] });
}

export async function createTeam(id: string, body: TeamDraft): Promise<Team> {
  const team = await request<Team>('POST', `${of(id)}/teams`, { body });
  teamsChanged(id);
  return team;
}

export async function editTeam(id: string, team: string, body: TeamEdit): Promise<void> {
  await request<Team>('PATCH', `${of(id)}/teams/${team}`, { body });
  teamsChanged(id);
}

export async function enterTeam(id: string, team: string): Promise<void> {
  await request<Team>('PUT', `${of(id)}/teams/${team}/membership`);
  teamsChanged(id);
}

export async function leaveTeam(id: string, team: string, member: string): Promise<void> {
  await request<null>('DELETE', `${of(id)}/teams/${team}/members/${member}`);
  teamsChanged(id);
}

export async function createInvite(
  id: string,
  body: { id: string; team_id?: string | null },
): Promise<NewInvite> {
  const made = await request<NewInvite>('POST', `${of(id)}/invites`, { body });
  void queryClient.invalidateQueries({ queryKey: boardQueries.invites(id).queryKey });
  return made;
}

export async function revokeInvite(id: string, invite: string): Promise<void> {
  await request<null>('DELETE', `${of(id)}/invites/${invite}`);
  void queryClient.invalidateQueries({ queryKey: boardQueries.invites(id).queryKey });
}

export async function acceptInvitation(token: string): Promise<Challenge> {
  const challenge = await request<Challenge>('POST', '/api/challenges/invitation/accept', {
    body: { token },
  });
  void queryClient.invalidateQueries({ queryKey: ['challenges'] });
  void queryClient.invalidateQueries({ queryKey: ['challenge', challenge.id] });
  return challenge;
}

export async function createEmbed(id: string): Promise<EmbedLink> {
  return request<EmbedLink>('POST', `${of(id)}/embed`);
}

export async function revokeEmbed(id: string): Promise<void> {
  await request<null>('DELETE', `${of(id)}/embed`);
}
