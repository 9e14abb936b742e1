/** Frames over events and POSTs: what goes up, what comes down, and how it ends. */
import { expect, test, vi } from 'vitest';
import type { AnyServerFrame } from './frames';
import { Streams } from './stream';

function hub(options: { status?: number; takes?: boolean } = {}) {
  const posts: { url: string; body: string; csrf: string | null }[] = [];
  let down: ReadableStreamDefaultController<Uint8Array> | undefined;
  const bytes = new TextEncoder();
  const get = vi.fn(async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (url === '/api/session') return Response.json({ csrf_token: 'c' });
    if (init?.method === 'POST') {
      const csrf = new Headers(init.headers).get('X-CSRF-Token');
      posts.push({ url: String(url), body: String(init.body), csrf });
      return new Response(null, { status: options.takes === false ? 404 : 204 });
    }
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        down = controller;
        init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted')));
      },
    });
    return new Response(body, { status: options.status ?? 200 });
  });
  const heard: AnyServerFrame[] = [];
  const opened: number[] = [];
  const closed: [number, number][] = [];
  const streams = new Streams(
    {
      opened: (link) => void opened.push(link),
      heard: (_, frames) => void heard.push(...frames),
      closed: (link, code) => void closed.push([link, code]),
    },
    get,
  );
  const say = async (text: string) => {
    await vi.waitFor(() => expect(down).toBeDefined());
    down?.enqueue(bytes.encode(text));
  };
  const open = async () => {
    streams.open(1);
    await say('event: stream\ndata: {"sid":"n1.secret"}\n\n');
    await vi.waitFor(() => expect(opened).toEqual([1]));
  };
  return { streams, posts, heard, closed, say, open, end: () => down?.close() };
}

test('messages come whole, however they are cut', async () => {
  const { heard, say, open } = hub();
  await open();
  await say('data: {"type":"ping","t":1}\ndata: {"type":"pi');
  await say('ng","t":2}\n\n:\n\ndata: {"type":"ping","t":3}\n');
  await say('\n');
  await vi.waitFor(() => expect(heard).toHaveLength(3));
  expect(heard).toEqual([1, 2, 3].map((t) => ({ type: 'ping', t })));
});

test('what is said meanwhile goes with the next message, in order', async () => {
  const { streams, posts, open } = hub();
  await open();
  for (let t = 1; t <= 40; t++) streams.send(1, [{ type: 'pong', t }]);
  await vi.waitFor(() => expect(posts).toHaveLength(3));
  expect(posts.map(({ body }) => body.split('\n').length)).toEqual([1, 32, 7]);
  expect(posts.flatMap(({ body }) => body.split('\n').map((line) => JSON.parse(line).t))).toEqual(
    Array.from({ length: 40 }, (_, n) => n + 1),
  );
  expect(posts[0]).toMatchObject({ url: '/api/live/stream/n1.secret', csrf: 'c' });
});

test('it ends with the code that the hub said', async () => {
  const { closed, say, open, end } = hub();
  await open();
  await say('data: {"type":"bye","code":4503}\n\n');
  end();
  await vi.waitFor(() => expect(closed).toEqual([[1, 4503]]));
});

test('a message that nobody takes ends it, as a broken socket does', async () => {
  const { streams, closed, open } = hub({ takes: false });
  await open();
  streams.send(1, [{ type: 'pong', t: 1 }]);
  await vi.waitFor(() => expect(closed).toEqual([[1, 1006]]));
});

test('nobody is told to stay away', async () => {
  const { streams, closed } = hub({ status: 401 });
  streams.open(1);
  await vi.waitFor(() => expect(closed).toEqual([[1, 4500]]));
});
