import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProblemError, UnreachableError } from './problems';
import { request, setCsrfToken, whenSignedOut } from './request';

type Call = { path: string; method: string; csrf: string | null; type: string | null; body: unknown };
const calls: Call[] = [];
let answer: (call: Call) => Response;

const problem = (status: number, code: string, more: object = {}, headers: HeadersInit = {}) =>
  new Response(
    JSON.stringify({ type: `/problems/${code}`, title: code, status, code, detail: code, ...more }),
    {
      status,
      headers,
    },
  );
const json = (body: unknown) => new Response(JSON.stringify(body), { status: 200 });

beforeEach(() => {
  calls.length = 0;
  setCsrfToken('old');
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    const call = {
      path,
      method: init.method ?? 'GET',
      csrf: headers.get('X-CSRF-Token'),
      type: headers.get('Content-Type'),
      body: init.body ?? null,
    };
    calls.push(call);
    return answer(call);
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('a call to the hub', () => {
  it('carries the token and JSON when it changes something, and neither when it reads', async () => {
    answer = () => json([]);
    await request('GET', '/api/live', { query: { limit: 5, cursor: null } });
    await request('PUT', '/api/me/preferences', { body: { units: 'metric' } });
    expect(calls).toMatchObject([
      { path: '/api/live?limit=5', csrf: null, type: null },
      { csrf: 'old', type: 'application/json', body: '{"units":"metric"}' },
    ]);
  });

  it('asks for a new token once when the old one is refused, and tries again', async () => {
    answer = ({ path, csrf }) => {
      if (path === '/api/session') return json({ me: null, csrf_token: 'new', demo: false, now: '' });
      return csrf === 'new' ? json({ done: true }) : problem(403, 'csrf');
    };
    await expect(request('POST', '/api/posts', { body: {} })).resolves.toEqual({ done: true });
    expect(calls.map(({ path }) => path)).toEqual(['/api/posts', '/api/session', '/api/posts']);
  });

  it('gives up when the new token is the old one', async () => {
    answer = ({ path }) =>
      path === '/api/session'
        ? json({ me: null, csrf_token: 'old', demo: false, now: '' })
        : problem(403, 'csrf');
    await expect(request('POST', '/api/posts', { body: {} })).rejects.toBeInstanceOf(ProblemError);
    expect(calls).toHaveLength(2);
  });

  it('says how long to wait', async () => {
    answer = () => problem(429, 'too_many', {}, { 'Retry-After': '7' });
    const refused = await request('GET', '/api/feed').catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 429, code: 'too_many', retryAfterS: 7 });
  });

  it('tells when the session is over, but not when a password is wrong', async () => {
    const over = vi.fn();
    whenSignedOut(over);
    answer = () => problem(401, 'unauthenticated');
    await request('POST', '/api/session', { body: {} }).catch(() => undefined);
    expect(over).not.toHaveBeenCalled();
    await request('GET', '/api/feed').catch(() => undefined);
    expect(over).toHaveBeenCalledOnce();
  });

  it('takes what a broken proxy says for no answer at all', async () => {
    answer = () => new Response('<h1>Bad gateway</h1>', { status: 502 });
    await expect(request('GET', '/api/feed')).rejects.toBeInstanceOf(UnreachableError);
    answer = () => new Response('{"items": [', { status: 200 });
    await expect(request('GET', '/api/feed')).rejects.toBeInstanceOf(UnreachableError);
  });
});
