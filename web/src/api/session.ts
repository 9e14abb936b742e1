/** Who this browser is signed in as. */
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { dropCopies } from '../offline/documents';
import { queryClient } from './client';
import type { Me, Preferences, Registration, SessionInfo, SignIn } from './gen';
import { UnreachableError } from './problems';
import { request, setCsrfToken } from './request';

const KEPT = 'pulsehub.session';

/** The session; without a network, the last one that was known, so that the application opens anywhere. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    try {
      return remember(await request<SessionInfo>('GET', '/api/session', { signal }));
    } catch (error) {
      const kept = error instanceof UnreachableError ? recall() : null;
      if (kept) return kept;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

function remember(session: SessionInfo): SessionInfo {
  setCsrfToken(session.csrf_token);
  try {
    if (session.me) localStorage.setItem(KEPT, JSON.stringify({ ...session, csrf_token: null }));
    else localStorage.removeItem(KEPT);
  } catch {
    // A browser that keeps nothing (private mode) only loses the offline start.
  }
  return session;
}

function recall(): SessionInfo | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? 'null') as SessionInfo | null;
  } catch {
    return null;
  }
}

/** From one member to another, or to none: nothing of the first may stay on screen. */
function enter(session: SessionInfo): SessionInfo {
  void dropCopies().catch(() => undefined);
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, remember(session));
  return session;
}

export async function signIn(body: SignIn): Promise<SessionInfo> {
  return enter(await request<SessionInfo>('POST', '/api/session', { body }));
}

export async function register(body: Registration): Promise<SessionInfo> {
  return enter(await request<SessionInfo>('POST', '/api/accounts', { body }));
}

/** "Look around": a demo hub signs in without asking. */
export async function lookAround(): Promise<SessionInfo> {
  return enter(await request<SessionInfo>('POST', '/api/demo/session'));
}

/** The hub no longer knows this browser (expired, revoked): everything seen is forgotten, unsent work stays. */
export function forgetSession(): void {
  const known = queryClient.getQueryData(sessionQuery.queryKey);
  if (known?.me) enter({ ...known, me: null, csrf_token: null });
}

export async function signOut(): Promise<SessionInfo> {
  await request<null>('DELETE', '/api/session');
  remember({ me: null, csrf_token: null, demo: false, now: new Date().toISOString() });
  return enter(await request<SessionInfo>('GET', '/api/session'));
}

export function useSession(): SessionInfo {
  return useSuspenseQuery(sessionQuery).data;
}

/** The signed-in member. Only for screens behind the sign-in. */
export function useMe(): Me {
  const { me } = useSession();
  if (!me) throw new Error('this screen is for signed-in members, and its route lets nobody else in');
  return me;
}

const DEFAULTS: Required<Preferences> = {
  units: 'metric',
  tz: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
  locale: 'en',
  week_start: 1,
  theme: 'system',
  profile_visibility: 'followers',
  workout_visibility: 'followers',
};

/** How the member likes things; for a visitor, what the browser suggests. */
export function usePreferences(): Required<Preferences> {
  const preferences = useQuery(sessionQuery).data?.me?.preferences;
  return preferences ? { ...DEFAULTS, ...preferences } : DEFAULTS;
}

/** After a change of profile or preferences: every screen shows it at once. */
export function setMe(change: (me: Me) => Me): void {
  queryClient.setQueryData(sessionQuery.queryKey, (session) =>
    session?.me ? remember({ ...session, csrf_token: session.csrf_token, me: change(session.me) }) : session,
  );
}
