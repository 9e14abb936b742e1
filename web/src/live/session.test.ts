/** The session's rules as data: frames in, intents and news out. */
import { describe, expect, test } from 'vitest';
import type { AnyClientFrame, AnyServerFrame } from './frames';
import type { Intent } from './intents';
import type { News } from './news';
import { Session } from './session';

const ROOM = 'session:1';
const BOARD = 'board:1';

const welcome = (
  results: Record<string, 'resumed' | 'snapshot' | 'reset' | 'denied'> = {},
): AnyServerFrame => ({
  type: 'welcome',
  sid: 's',
  node: 'n',
  now: 5_000,
  ping_s: 20,
  limits: {},
  results,
});
const subscribed = (
  channel: string,
  delivers: 'log' | 'state' | 'signal',
  epoch: number,
  seq: number,
  cid = 1,
): AnyServerFrame => ({ type: 'subscribed', channel, cid, delivers, epoch, seq });
const event = (seq: number, cid = 1): AnyServerFrame => ({ type: 'event', cid, seq, event: `e${seq}` });

const sent = (intents: Intent[]): AnyClientFrame[] =>
  intents.flatMap((intent) => (intent.do === 'send' ? intent.frames : []));
const sentOf = (intents: Intent[], type: AnyClientFrame['type']) =>
  sent(intents).filter((frame) => frame.type === type);
const told = (intents: Intent[]): News[] =>
  intents.flatMap((intent) => (intent.do === 'tell' ? [intent.news] : []));
const events = (intents: Intent[]): number[] =>
  told(intents).flatMap((news) => (news.news === 'events' ? news.heard.map(({ seq }) => seq) : []));

function online(...channels: string[]): Session {
  const session = new Session(() => 0.5);
  session.start(0);
  for (const channel of channels) session.watch(channel);
  session.opened(1, 10);
  session.heard(1, [welcome(Object.fromEntries(channels.map((one) => [one, 'snapshot'])))], 20);
  return session;
}

describe('connecting', () => {
  test('connect says what is watched, and from where', () => {
    const session = online(ROOM);
    session.heard(1, [subscribed(ROOM, 'log', 7, 3), event(4)], 30);
    session.closed(1, 1006, 40);
    session.beat(40 + 250);
    expect(sentOf(session.opened(2, 300), 'connect')).toMatchObject([
      { subscribe: [ROOM], positions: { [ROOM]: [7, 4] } },
    ]);
  });

  test('waits grow, with jitter, and the network coming back ends them', () => {
    const session = online();
    const waits: (number | null)[] = [];
    let now = 100;
    for (let link = 1; link <= 5; link++) {
      session.closed(link, 1006, now);
      const { retryAt } = session.connection;
      waits.push(retryAt === null ? null : retryAt - now);
      now = retryAt ?? now;
      session.beat(now);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000]);
    session.closed(6, 1006, now);
    expect(session.nudge(now + 1)).toContainEqual({ do: 'open', link: 7 });
  });

  test('a hub that says stay away is left alone', () => {
    const session = online();
    session.closed(1, 4503, 100);
    expect(session.connection).toMatchObject({ state: 'stopped', code: 4503 });
    expect(session.beat(1e9).filter((intent) => intent.do === 'open')).toEqual([]);
  });

  test('a socket that fell silent is given up', () => {
    const session = online();
    expect(session.beat(43_000).filter((intent) => intent.do === 'close')).toEqual([]);
    expect(session.beat(45_000)).toContainEqual({ do: 'close', link: 1, code: 4_000 });
    expect(session.connection.state).toBe('waiting');
  });

  test('a page that wakes up finds out within seconds whether its socket lives', () => {
    const session = online();
    expect(sentOf(session.nudge(1_000), 'time')).toHaveLength(1);
    session.beat(5_001);
    expect(session.connection.state).toBe('waiting');
  });

  test('a channel watched between connect and welcome is asked for once', () => {
    const session = new Session(() => 0);
    session.start(0);
    session.opened(1, 1);
    expect(sentOf(session.watch(ROOM), 'subscribe')).toHaveLength(1);
    expect(sentOf(session.heard(1, [welcome()], 2), 'subscribe')).toHaveLength(0);
  });

  test('another member inherits nothing', () => {
    const session = online(ROOM);
    session.heard(1, [subscribed(ROOM, 'log', 7, 3)], 30);
    session.stop(40);
    session.start(50);
    expect(sentOf(session.opened(2, 60), 'connect')).toMatchObject([{ subscribe: [ROOM], positions: {} }]);
  });
});

describe('coming back', () => {
  const opens = (intents: Intent[]) => intents.filter((intent) => intent.do === 'open').length;

  test('a network that comes and goes is followed at once, and not all the time', () => {
    const session = online();
    session.closed(1, 1006, 100);
    expect(opens(session.nudge(101))).toBe(1);
    let knocks = 0;
    for (let now = 102, link = 2; now < 10_000; now += 10) {
      session.closed(link, 1006, now);
      const opened = opens(session.nudge(now + 1));
      knocks += opened;
      link += opened;
    }
    expect(knocks).toBeLessThanOrEqual(5);
  });

  test('many who wake at once do not come at once', () => {
    const moments = new Set<number | null>();
    for (let n = 0; n < 50; n++) {
      const session = new Session(() => n / 50);
      session.start(0);
      session.opened(1, 10);
      session.heard(1, [welcome()], 20);
      // An hour of sleep: the socket was silent all the time.
      session.beat(3_600_000);
      expect(session.connection.state).toBe('waiting');
      moments.add(session.connection.retryAt);
    }
    expect(moments.size).toBeGreaterThan(40);
  });

  test('a better way is taken while the present one serves', () => {
    const session = online(ROOM);
    session.elsewhere(100);
    expect(opens(session.beat(100))).toBe(1);
    expect(session.connection.state).toBe('online');
    session.opened(2, 110);
    expect(session.heard(2, [welcome({ [ROOM]: 'resumed' })], 120)).toContainEqual({
      do: 'close',
      link: 1,
      code: 1000,
    });
  });
});

describe('a log', () => {
  test('is heard in order, each event once', () => {
    const session = online(ROOM);
    const intents = session.heard(
      1,
      [subscribed(ROOM, 'log', 1, 5), event(6), event(6), event(7), event(5)],
      30,
    );
    expect(events(intents)).toEqual([6, 7]);
  });

  test('a hole is asked about once, from where it began', () => {
    const session = online(ROOM);
    const intents = session.heard(1, [subscribed(ROOM, 'log', 1, 5), event(8), event(9)], 30);
    expect(sentOf(intents, 'subscribe')).toMatchObject([{ channel: ROOM, position: [1, 5] }]);
    expect(events(intents)).toEqual([]);
    const mended = session.heard(1, [subscribed(ROOM, 'log', 1, 5), event(6), event(7), event(8)], 40);
    expect(events(mended)).toEqual([6, 7, 8]);
  });

  test('its past is asked for by naming an earlier position', () => {
    const session = new Session(() => 0);
    session.start(0);
    session.watch(ROOM, 50);
    session.opened(1, 1);
    const intents = session.heard(1, [welcome({ [ROOM]: 'snapshot' }), subscribed(ROOM, 'log', 1, 120)], 2);
    expect(sentOf(intents, 'subscribe')).toMatchObject([{ position: [1, 70] }]);
    expect(events(session.heard(1, [subscribed(ROOM, 'log', 1, 70), event(71)], 3))).toEqual([71]);
  });

  test('a reset is told, and the log goes on from there', () => {
    const session = online(ROOM);
    session.heard(1, [subscribed(ROOM, 'log', 1, 5)], 30);
    const reset: AnyServerFrame = { type: 'reset', cid: 1, reason: 'trimmed', epoch: 2, seq: 40 };
    const intents = session.heard(1, [reset, event(41)], 40);
    expect(told(intents)).toContainEqual({ news: 'reset', channel: ROOM, reason: 'trimmed' });
    expect(events(intents)).toEqual([41]);
  });
});

describe('a state channel', () => {
  const snapshot = (seq: number, rows: Record<string, unknown>): AnyServerFrame => ({
    type: 'snapshot',
    cid: 1,
    epoch: 1,
    seq,
    rows,
  });
  const diff = (from_seq: number, to_seq: number, upserts: Record<string, unknown>): AnyServerFrame => ({
    type: 'diff',
    cid: 1,
    from_seq,
    to_seq,
    upserts,
  });
  const rows = (session: Session) => Object.fromEntries(session.subscriptions.find(BOARD)?.rows ?? []);

  test('is a snapshot and the diffs that follow it', () => {
    const session = online(BOARD);
    session.heard(1, [subscribed(BOARD, 'state', 1, 3), snapshot(3, { a: 1 }), diff(3, 4, { b: 2 })], 30);
    expect(rows(session)).toEqual({ a: 1, b: 2 });
  });

  test('a diff from before my version may miss a row: it asks for a snapshot', () => {
    const session = online(BOARD);
    session.heard(1, [subscribed(BOARD, 'state', 1, 5), snapshot(5, { a: 1, brief: 1 })], 30);
    expect(sentOf(session.heard(1, [diff(2, 5, { a: 1 })], 40), 'subscribe')).toHaveLength(0);
    expect(sentOf(session.heard(1, [diff(3, 7, { a: 2 })], 50), 'subscribe')).toHaveLength(1);
    expect(rows(session)).toEqual({ a: 1, brief: 1 });
  });

  test('a diff beyond my version asks for a snapshot, once', () => {
    const session = online(BOARD);
    session.heard(1, [subscribed(BOARD, 'state', 1, 3), snapshot(3, { a: 1 })], 30);
    const intents = session.heard(1, [diff(5, 6, { a: 9 }), diff(6, 7, { a: 10 })], 40);
    const asks = sentOf(intents, 'subscribe');
    expect(asks).toHaveLength(1);
    expect(asks[0]).not.toHaveProperty('position');
    session.heard(1, [subscribed(BOARD, 'state', 1, 7), snapshot(7, { a: 10 })], 50);
    expect(rows(session)).toEqual({ a: 10 });
  });
});

describe('publishing', () => {
  test('what nobody confirmed is said again by the same name', () => {
    const session = online();
    const [first] = sentOf(session.publish(ROOM, 'mid-00001', { type: 'chat' }, 30), 'publish');
    session.closed(1, 1006, 40);
    session.beat(1_000);
    session.opened(2, 1_001);
    const again = session.heard(2, [welcome()], 1_002);
    expect(sentOf(again, 'publish')).toEqual([first]);
    const done = session.heard(2, [{ type: 'ok', id: first && 'id' in first ? first.id : 0, seq: 9 }], 1_003);
    expect(told(done)).toContainEqual({ news: 'published', mid: 'mid-00001', seq: 9 });
  });

  test('a hub that is too busy is asked again when it said', () => {
    const session = online();
    const [first] = sentOf(session.publish(ROOM, 'mid-00001', {}, 30), 'publish');
    const id = first && 'id' in first ? first.id : 0;
    session.heard(1, [{ type: 'error', id, code: 'too_fast', retry_after: 2 }], 40);
    expect(sentOf(session.beat(1_000), 'publish')).toHaveLength(0);
    expect(sentOf(session.beat(2_041), 'publish')).toHaveLength(1);
  });

  test('a refusal is told', () => {
    const session = online();
    const [first] = sentOf(session.publish(ROOM, 'mid-00001', {}, 30), 'publish');
    const id = first && 'id' in first ? first.id : 0;
    const intents = session.heard(1, [{ type: 'error', id, code: 'denied' }], 40);
    expect(told(intents)).toContainEqual({
      news: 'refused',
      mid: 'mid-00001',
      code: 'denied',
    });
  });
});

describe('a node that drains', () => {
  test('is left only when the next one has taken over, and no event is lost or heard twice', () => {
    const session = online(ROOM);
    session.heard(1, [subscribed(ROOM, 'log', 1, 5), { type: 'drain', slot_ms: 1_000 }], 30);
    expect(session.beat(1_031)).toContainEqual({ do: 'open', link: 2 });
    session.opened(2, 440);
    expect(events(session.heard(1, [event(6)], 445))).toEqual([6]);
    const over = session.heard(2, [welcome({ [ROOM]: 'resumed' })], 450);
    expect(over).toContainEqual({ do: 'close', link: 1, code: 1000 });
    const after = session.heard(2, [subscribed(ROOM, 'log', 1, 5, 9), event(6, 9), event(7, 9)], 460);
    expect(events(after)).toEqual([7]);
    expect(session.connection.state).toBe('online');
  });
});
