// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { database } from './database';
import { discard, outbox, put, sendNow, startDraining } from './drain';

/** A hub that answers what it is told to, over the browser's own `fetch`. */
const answers: (() => Response)[] = [];
const seen: { method: string; path: string; body: unknown }[] = [];

beforeEach(async () => {
  answers.length = 0;
  seen.length = 0;
  await (await database()).clear('outbox');
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    seen.push({ method: init.method ?? 'GET', path, body: init.body ? JSON.parse(String(init.body)) : null });
    const answer = answers.shift();
    if (!answer) throw new TypeError('no network');
    return answer();
  });
});

let stop: () => void = () => undefined;
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

const creation = {
  member_id: 'me',
  subject: 'w1',
  verb: 'create',
  method: 'POST',
  path: '/api/workouts',
} as const;
const json = (status: number, body: unknown) => () =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

describe('draining', () => {
  it('keeps what could not be sent, sends it later, and hands on the answer', async () => {
    const heard: unknown[] = [];
    stop = await startDraining('me', (_, answer) => heard.push(answer));
    await put({ ...creation, body: { id: 'w1' } });
    await vi.waitFor(() => expect(outbox.entries()[0]?.tries).toBe(1));

    answers.push(json(201, { id: 'w1', version: 1 }));
    await sendNow();
    await vi.waitFor(() => expect(outbox.entries()).toEqual([]));
    expect(heard).toEqual([{ id: 'w1', version: 1 }]);
    expect(seen.at(-1)).toEqual({ method: 'POST', path: '/api/workouts', body: { id: 'w1' } });
  });

  it('parks what the hub refuses, with the reason, until somebody decides', async () => {
    const errors = [{ pointer: '/duration_s', detail: 'too long' }];
    answers.push(
      json(422, { status: 422, code: 'invalid', title: 'Invalid', detail: 'Not so', type: '', errors }),
    );
    stop = await startDraining('me', () => undefined);
    await put({ ...creation, body: {} });
    await vi.waitFor(() => expect(outbox.entries()[0]?.state).toBe('parked'));
    const parked = outbox.entries()[0];
    expect(parked?.refusal).toEqual({ code: 'invalid', detail: 'Not so', errors });
    if (parked) await discard(parked.id);
    expect(outbox.entries()).toEqual([]);
  });
});
