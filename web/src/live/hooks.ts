/**
 * The live layer for components.
 *
 *     useLiveIdentity(me?.id ?? null)                       once, in the shell
 *     useSignal(`home:${me.id}`, { signal, resync })        news; `resync` says: refetch
 *     useChannelEvents(`session:${id}`, { events, resync }) a log, gapless
 *     useChannelState<unknown>(`board:${id}`)               all rows; renders once a frame at most
 *     useWatch(`metrics:${id}`)                             no rendering: rows are read from the store
 *     useConnection()                                       what to say about the connection
 */
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { SessionInfo } from '../api/gen';
import { request, signedOut } from '../api/request';
import { live, type Recording } from './live';
import type { Connection } from './news';
import type { ChannelHandlers, ChannelState } from './store';

export type { Heard } from './news';

/** Close codes for "nobody is known by this session": the token means nothing, or was taken back. */
const NOBODY: ReadonlySet<number> = new Set([4_500, 4_503]);

/** A session that is known after all is tried again, but not in a circle. */
const RETURN_EVERY_MS = 30_000;

/** Tell the live layer who is signed in; learn from it that this browser no longer is. */
export function useLiveIdentity(member: string | null): void {
  useEffect(() => {
    live.identify(member);
    if (member === null) return;
    let before = live.connection;
    let returnedAt = Number.NEGATIVE_INFINITY;
    let isOver = false;
    const off = live.onChange(() => {
      const { connection } = live;
      if (connection === before) return;
      before = connection;
      if (connection.code === null || !NOBODY.has(connection.code)) return;
      // The socket may have been of a session before this one: what the hub says now counts.
      void isKnown(member).then((known) => {
        if (isOver) return;
        if (!known) signedOut();
        else if (Date.now() - returnedAt > RETURN_EVERY_MS) {
          returnedAt = Date.now();
          live.identify(member);
        }
      });
    });
    return () => {
      isOver = true;
      off();
    };
  }, [member]);
}

async function isKnown(member: string): Promise<boolean> {
  const session = await request<SessionInfo>('GET', '/api/session').catch(() => null);
  return session?.me?.id === member;
}

export function useConnection(): Connection {
  return useSyncExternalStore(onChange, () => live.connection);
}

export function useRecording(stream: string | null): Recording | null {
  return useSyncExternalStore(onChange, () => live.recording(stream));
}

/** All rows of a state channel; null watches nothing. */
export function useChannelState<T>(channel: string | null): ChannelState<T> {
  const subscribe = useCallback(
    (listener: () => void) => {
      if (channel === null) return noop;
      const off = live.store.onState(channel, listener);
      const unwatch = live.watch(channel);
      return () => {
        off();
        unwatch();
      };
    },
    [channel],
  );
  return useSyncExternalStore(subscribe, () => live.store.state<T>(channel));
}

/** Watch a channel without rendering anything: for those who read the store themselves. */
export function useWatch(channel: string): void {
  useEffect(() => {
    // With a handler the store keeps the channel's rows, though nobody renders them.
    const off = live.store.handle(channel, {});
    const unwatch = live.watch(channel);
    return () => {
      off();
      unwatch();
    };
  }, [channel]);
}

/** A log channel, with up to `history` past events first. Handlers may change between renders. */
export function useChannelEvents(channel: string | null, handlers: ChannelHandlers, history = 0): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    if (channel === null) return;
    // A page that comes back from the browser's cache is told again what it may know already.
    let last = 0;
    const off = live.store.handle(channel, {
      events: (heard) => {
        const fresh = heard.filter(({ seq }) => seq > last);
        last = heard.at(-1)?.seq ?? last;
        if (fresh.length > 0) latest.current.events?.(fresh);
      },
      signal: (body) => latest.current.signal?.(body),
      resync: (reason) => {
        if (reason !== 'subscribed') last = 0;
        latest.current.resync?.(reason);
      },
    });
    const unwatch = live.watch(channel, history);
    return () => {
      off();
      unwatch();
    };
  }, [channel, history]);
}

/** A signal channel: `signal` for each piece of news, `resync` after each (re)subscription. */
export function useSignal(
  channel: string | null,
  handlers: Pick<ChannelHandlers, 'signal' | 'resync'>,
): void {
  useChannelEvents(channel, handlers);
}

function onChange(listener: () => void): () => void {
  return live.onChange(listener);
}

function noop(): void {}
