import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AnyClientFrame } from './frames';
import type { News } from './news';
import { rememberedSamples } from './samples-db';
import { type Line, Switchboard } from './switchboard';

/** A line that keeps what was said on it. */
class Tape implements Line {
  readonly said: AnyClientFrame[] = [];
  opened = 0;
  closed = 0;
  open(): void {
    this.opened += 1;
  }
  send(_link: number, frames: readonly AnyClientFrame[]): void {
    this.said.push(...frames);
  }
  close(): void {
    this.closed += 1;
  }
}

const ROOM = 'session:1';

function board() {
  const line = new Tape();
  const switchboard = new Switchboard({
    line,
    store: rememberedSamples(),
    random: () => 0.5,
    wall: Date.now,
  });
  const tab = () => {
    const news: News[] = [];
    const ask = switchboard.join({ tell: (some) => news.push(...some) });
    ask({ ask: 'hello', visible: true });
    return { ask, news };
  };
  const welcomed = () => {
    switchboard.opened(1);
    switchboard.heard(1, [
      {
        type: 'welcome',
        sid: 's',
        node: 'n',
        now: 0,
        ping_s: 20,
        limits: {},
        results: { [ROOM]: 'snapshot' },
      },
      { type: 'subscribed', channel: ROOM, cid: 1, delivers: 'log', epoch: 1, seq: 0 },
    ]);
  };
  return { line, switchboard, tab, welcomed };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('two tabs are one connection and one subscription', () => {
  const { line, tab, welcomed } = board();
  const [a, b] = [tab(), tab()];
  for (const { ask } of [a, b]) {
    ask({ ask: 'who', member: 'me' });
    ask({ ask: 'watch', channel: ROOM, history: 0 });
  }
  welcomed();
  expect(line.opened).toBe(1);
  const connect = line.said.find(({ type }) => type === 'connect');
  expect(connect).toMatchObject({ subscribe: [ROOM] });
  expect(line.said.filter(({ type }) => type === 'subscribe')).toHaveLength(0);
});

test('a tab hears what it watches, and a later one is told what was before', () => {
  const { switchboard, tab, welcomed } = board();
  const first = tab();
  first.ask({ ask: 'who', member: 'me' });
  first.ask({ ask: 'watch', channel: ROOM, history: 0 });
  welcomed();
  switchboard.heard(1, [{ type: 'event', cid: 1, seq: 1, event: 'hello' }]);
  const other = tab();
  const later = tab();
  later.ask({ ask: 'watch', channel: ROOM, history: 0 });
  const eventsOf = (news: News[]) => news.filter((one) => one.news === 'events');
  expect(eventsOf(first.news)).toHaveLength(1);
  expect(eventsOf(other.news)).toHaveLength(0);
  expect(eventsOf(later.news)).toMatchObject([{ heard: [{ seq: 1, event: 'hello' }] }]);
});

test('the last tab that leaves ends the subscription, after a while', () => {
  const { line, tab, welcomed } = board();
  const [a, b] = [tab(), tab()];
  a.ask({ ask: 'who', member: 'me' });
  for (const { ask } of [a, b]) ask({ ask: 'watch', channel: ROOM, history: 0 });
  welcomed();
  const ended = () => line.said.filter(({ type }) => type === 'unsubscribe').length;
  a.ask({ ask: 'bye' });
  vi.advanceTimersByTime(10_000);
  expect(ended()).toBe(0);
  b.ask({ ask: 'unwatch', channel: ROOM });
  vi.advanceTimersByTime(10_000);
  expect(ended()).toBe(1);
});

test('the hub is told when nobody looks any more', () => {
  const { line, tab, welcomed } = board();
  const [a, b] = [tab(), tab()];
  a.ask({ ask: 'who', member: 'me' });
  welcomed();
  a.ask({ ask: 'look', visible: false });
  expect(line.said.filter(({ type }) => type === 'hint')).toHaveLength(0);
  b.ask({ ask: 'look', visible: false });
  expect(line.said.filter(({ type }) => type === 'hint')).toEqual([{ type: 'hint', visible: false }]);
});

test('another member gets a connection of their own', () => {
  const { line, tab, welcomed } = board();
  const { ask } = tab();
  ask({ ask: 'who', member: 'ada' });
  welcomed();
  ask({ ask: 'who', member: 'ben' });
  expect(line.closed).toBe(1);
  expect(line.opened).toBe(2);
});

test('an error of no request, on samples of a session that is over, ends their stream', async () => {
  const { line, switchboard, tab, welcomed } = board();
  const { ask, news } = tab();
  ask({ ask: 'who', member: 'me' });
  ask({ ask: 'stream', stream: 'mine', storedUpto: 0 });
  await vi.advanceTimersByTimeAsync(0);
  welcomed();
  ask({ ask: 'record', stream: 'mine', sample: [1] });
  const ingests = () => line.said.filter(({ type }) => type === 'ingest');
  expect(ingests()).toHaveLength(1);
  switchboard.heard(1, [{ type: 'error', code: 'session_over' }]);
  expect(news).toContainEqual({ news: 'recording', stream: 'mine', pending: 0, upto: 0 });
  ask({ ask: 'record', stream: 'mine', sample: [2] });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(ingests()).toHaveLength(1);
});
