/** Live sessions over REST: the list, the room, the host's verbs. Everything that moves comes through `live/`. */
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './client';
import type { LiveSession, Result, Room, SessionDraft } from './gen';
import { noteRoom } from './my-room';
import { request } from './request';

export const liveQueries = {
  list: () =>
    queryOptions({
      queryKey: ['live'],
      queryFn: ({ signal }) => request<LiveSession[]>('GET', '/api/live', { signal }),
    }),
  room: (id: string) =>
    queryOptions({
      queryKey: ['room', id],
      queryFn: async ({ signal }) => {
        const room = await request<Room>('GET', `/api/live/${id}`, { signal });
        noteRoom(room);
        return room;
      },
    }),
  results: (id: string) =>
    queryOptions({
      queryKey: ['room', id, 'results'],
      queryFn: ({ signal }) => request<Result[]>('GET', `/api/live/${id}/results`, { signal }),
    }),
};

function entered(room: Room): Room {
  noteRoom(room);
  queryClient.setQueryData(liveQueries.room(room.session.id).queryKey, room);
  queryClient.setQueryData(liveQueries.list().queryKey, (list) =>
    list?.map((session) => (session.id === room.session.id ? room.session : session)),
  );
  return room;
}

export async function createSession(body: SessionDraft): Promise<Room> {
  const room = entered(await request<Room>('POST', '/api/live', { body }));
  void queryClient.invalidateQueries({ queryKey: liveQueries.list().queryKey });
  return room;
}

export async function joinSession(id: string): Promise<Room> {
  return entered(await request<Room>('PUT', `/api/live/${id}/participation`));
}

export async function leaveSession(id: string): Promise<Room> {
  return entered(await request<Room>('DELETE', `/api/live/${id}/participation`));
}

export async function setReady(id: string, ready: boolean): Promise<Room> {
  return entered(await request<Room>('PUT', `/api/live/${id}/ready`, { body: { ready } }));
}

export async function startSession(id: string, countdownS: number): Promise<Room> {
  return entered(await request<Room>('POST', `/api/live/${id}/start`, { body: { countdown_s: countdownS } }));
}

/** The host's other verbs. */
export async function moveSession(id: string, verb: 'pause' | 'resume' | 'finish' | 'cancel'): Promise<Room> {
  return entered(await request<Room>('POST', `/api/live/${id}/${verb}`));
}
