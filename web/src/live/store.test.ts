import { expect, test } from 'vitest';
import { Store } from './store';

/** A store whose animation frame comes when the test says so. */
function framed(): { store: Store; frame: () => void } {
  let due: (() => void) | null = null;
  const store = new Store((flush) => {
    due = flush;
  });
  return {
    store,
    frame: () => {
      due?.();
      due = null;
    },
  };
}

const BOARD = 'board:1';
const rows = (upserts: Record<string, unknown>, whole = false, removes: string[] = []) =>
  ({ news: 'rows', channel: BOARD, whole, upserts, removes }) as const;

test('listeners are called once a frame, however much came in', () => {
  const { store, frame } = framed();
  let calls = 0;
  store.onRow(BOARD, 'a', () => calls++);
  for (let n = 0; n < 50; n++) store.take(rows({ a: n }));
  expect(calls).toBe(0);
  frame();
  expect(calls).toBe(1);
  expect(store.row(BOARD, 'a')).toBe(49);
});

test('a row is told to who watches it, and to nobody else', () => {
  const { store, frame } = framed();
  const told: string[] = [];
  store.onRow(BOARD, 'a', () => told.push('a'));
  store.onRow(BOARD, 'b', () => told.push('b'));
  store.take(rows({ a: 1 }));
  frame();
  expect(told).toEqual(['a']);
});

test('a snapshot drops what it does not name, and says that it is whole', () => {
  const { store, frame } = framed();
  let gone = 0;
  store.onState(BOARD, () => undefined);
  store.onRow(BOARD, 'b', () => gone++);
  store.take(rows({ a: 1, b: 2 }));
  frame();
  expect(store.state(BOARD).ready).toBe(false);
  store.take(rows({ a: 3 }, true));
  frame();
  expect([...store.state(BOARD).rows]).toEqual([['a', 3]]);
  expect(store.state(BOARD).ready).toBe(true);
  expect(gone).toBe(2);
});

test('what a component holds does not change under it', () => {
  const { store, frame } = framed();
  store.onState(BOARD, () => undefined);
  store.take(rows({ a: 1 }, true));
  frame();
  const before = store.state(BOARD);
  store.take(rows({ a: 2 }));
  frame();
  expect(before.rows.get('a')).toBe(1);
  expect(store.state(BOARD)).not.toBe(before);
});

test('who comes later sees what is there', () => {
  const { store, frame } = framed();
  store.onRow(BOARD, 'a', () => undefined);
  store.take(rows({ a: 1 }, true));
  frame();
  store.onState(BOARD, () => undefined);
  expect(store.state(BOARD).rows.get('a')).toBe(1);
});

test('events and signals come at once; a gap in them asks for the truth', () => {
  const { store } = framed();
  const heard: unknown[] = [];
  store.handle('home:1', {
    signal: (body) => heard.push(body),
    resync: (reason) => heard.push(reason),
    events: (events) => heard.push(...events.map(({ event }) => event)),
  });
  const channel = 'home:1';
  store.take({ news: 'subscribed', channel, delivers: 'signal', bridged: false });
  store.take({ news: 'signal', channel, body: 'news' });
  store.take({ news: 'subscribed', channel, delivers: 'log', bridged: true });
  store.take({ news: 'events', channel, heard: [{ seq: 1, event: 'e1' }] });
  store.take({ news: 'reset', channel, reason: 'trimmed' });
  expect(heard).toEqual(['subscribed', 'news', 'e1', 'trimmed']);
});

test('ticks become rows by the number of their participant', () => {
  const { store } = framed();
  store.handle('metrics:1', {});
  store.take({ news: 'tick', channel: 'metrics:1', t: 0, rows: [[7, 1_000, 150]] });
  expect(store.row('metrics:1', '7')).toEqual([7, 1_000, 150]);
});
