/** Every call to the hub goes through here: same origin, session cookie, CSRF token, problems. */
import type { SessionInfo } from './gen';
import { hasCode, problemOf, UnreachableError } from './problems';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One page of a list; `next_cursor` is null at its end. */
export interface PageOf<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Options {
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  /** Bytes instead of JSON: an image. */
  bytes?: Blob;
  signal?: AbortSignal;
}

/** A request without an answer for this long is given up. */
const TIMEOUT_MS = 15_000;

let csrfToken: string | null = null;
let onSignedOut: () => void = () => undefined;

/** The token of the present session; `api/session.ts` sets it. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** What to do when the hub no longer knows this browser. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** Something else than an answer says so: the live connection, for one. */
export function signedOut(): void {
  onSignedOut();
}

/** The decoded body of the answer, `null` for 204. Throws ProblemError or UnreachableError. */
export async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  let response = await send(method, path, options);
  if (!response.ok) {
    let problem = await problemOf(response);
    // An application that was opened without a network has no token yet, or one of before.
    if (hasCode(problem, 'csrf') && (await renewCsrfToken())) {
      response = await send(method, path, options);
      if (response.ok) return decoded<T>(response);
      problem = await problemOf(response);
    }
    if (response.status === 401 && path !== '/api/session') onSignedOut();
    throw problem;
  }
  return decoded<T>(response);
}

async function decoded<T>(response: Response): Promise<T> {
  if (response.status === 204) return null as T;
  return (await response.json().catch(() => {
    throw new UnreachableError('the answer was cut short');
  })) as T;
}

/** Ask for the token of the present session; whether there is another one than before. */
async function renewCsrfToken(): Promise<boolean> {
  const before = csrfToken;
  const response = await send('GET', '/api/session', {});
  const { csrf_token } = response.ok ? await decoded<SessionInfo>(response) : { csrf_token: null };
  setCsrfToken(csrf_token);
  return csrf_token !== null && csrf_token !== before;
}

async function send(
  method: Method,
  path: string,
  { query, body, bytes, signal }: Options,
): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' });
  if (method !== 'GET' && csrfToken) headers.set('X-CSRF-Token', csrfToken);
  const payload = bytes ?? (body === undefined ? null : JSON.stringify(body));
  if (bytes) headers.set('Content-Type', bytes.type);
  else if (payload !== null) headers.set('Content-Type', 'application/json');
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(withQuery(path, query), {
      method,
      headers,
      body: payload,
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UnreachableError('the hub was not reached');
  }
}

function withQuery(path: string, query: Options['query']): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value != null) pairs.set(name, String(value));
  const text = pairs.toString();
  return text ? `${path}?${text}` : path;
}
