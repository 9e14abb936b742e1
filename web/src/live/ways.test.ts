/** Which way a link goes, as data: no socket and no stream. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SocketEvents } from './socket';
import type { Line } from './switchboard';
import { Ways } from './ways';

class Way implements Line {
  readonly opened: number[] = [];
  readonly closed: number[] = [];
  readonly events: SocketEvents;
  constructor(events: SocketEvents) {
    this.events = events;
  }
  open(link: number): void {
    this.opened.push(link);
  }
  send(): void {}
  close(link: number): void {
    this.closed.push(link);
  }
}

function ways() {
  const made: { sockets?: Way; streams?: Way } = {};
  const lost: number[] = [];
  const world = { gets: false, better: 0 };
  const line = new Ways({
    events: { opened: () => undefined, heard: () => undefined, closed: (link) => void lost.push(link) },
    sockets: (events) => {
      made.sockets = new Way(events);
      return made.sockets;
    },
    streams: (events) => {
      made.streams = new Way(events);
      return made.streams;
    },
    gets: () => Promise.resolve(world.gets),
    better: () => {
      world.better += 1;
    },
  });
  return { line, sockets: made.sockets as Way, streams: made.streams as Way, lost, world };
}

/** Two WebSockets that never open, and a stream that does. */
function streaming() {
  const all = ways();
  for (const link of [1, 2]) {
    all.line.open(link);
    all.sockets.events.closed(link, 1006);
  }
  all.line.open(3);
  all.streams.events.opened(3);
  return all;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('after two WebSockets that never opened it is a stream, and stays one', () => {
  const { line, sockets, streams } = streaming();
  expect(sockets.opened).toEqual([1, 2]);
  streams.events.closed(3, 1006);
  line.open(4);
  expect(streams.opened).toEqual([3, 4]);
});

test('a handshake that nobody answers is given up', () => {
  const { line, sockets, lost } = ways();
  line.open(1);
  vi.advanceTimersByTime(4_001);
  expect(sockets.closed).toEqual([1]);
  expect(lost).toEqual([1]);
});

test('a WebSocket that had opened and breaks is no reason for streams', () => {
  const { line, sockets, streams } = ways();
  for (const link of [1, 2, 3]) {
    line.open(link);
    sockets.events.opened(link);
    sockets.events.closed(link, 1006);
  }
  line.open(4);
  expect(streams.opened).toEqual([]);
  expect(sockets.opened).toEqual([1, 2, 3, 4]);
});

test('where neither gets through, they take turns', () => {
  const { line, sockets, streams } = ways();
  for (let link = 1; link <= 6; link++) {
    line.open(link);
    (sockets.opened.includes(link) ? sockets : streams).events.closed(link, 1006);
  }
  expect(streams.opened).toEqual([3, 5]);
  expect(sockets.opened).toEqual([1, 2, 4, 6]);
});

test('a stream looks for a WebSocket again, less and less often, and is left for it', async () => {
  const { line, sockets, world } = streaming();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(world.better).toBe(0);
  world.gets = true;
  await vi.advanceTimersByTimeAsync(59_000);
  expect(world.better).toBe(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.better).toBe(1);
  line.open(4);
  expect(sockets.opened).toEqual([1, 2, 4]);
});
