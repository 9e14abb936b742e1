/** Whatever the network does, a log is heard without a gap or a duplicate and a state converges. */
import { expect, test } from 'vitest';
import type { AnyClientFrame, AnyServerFrame } from './frames';
import type { Intent } from './intents';
import { Session } from './session';

const LOG = 'session:p';
const STATE = 'board:p';

/** Seeded, so that a failure can be run again (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A history and its frames: what the protocol lets a client see of it, lost or late as chance has it. */
function play(seed: number): {
  heard: number[];
  truth: number;
  rows: Record<string, number>;
  state: Map<string, unknown>;
} {
  const random = seeded(seed);
  const session = new Session(random);
  const rows: Record<string, number> = {};
  const heard: number[] = [];
  let head = 0;
  let version = 0;
  let now = 0;
  let link = 0;
  let wire: AnyServerFrame[] = [];

  const answer = (frame: AnyClientFrame): void => {
    const join = (channel: string, position?: readonly number[] | null) => {
      if (channel === LOG) {
        const from = position?.[1] ?? head;
        wire.push({ type: 'subscribed', channel, cid: 1, delivers: 'log', epoch: 1, seq: from });
        for (let seq = from + 1; seq <= head; seq++) wire.push({ type: 'event', cid: 1, seq, event: seq });
      } else {
        wire.push({ type: 'subscribed', channel, cid: 2, delivers: 'state', epoch: 1, seq: version });
        wire.push({ type: 'snapshot', cid: 2, epoch: 1, seq: version, rows: { ...rows } });
      }
    };
    if (frame.type === 'connect') {
      wire = [];
      wire.push({ type: 'welcome', sid: 's', node: 'n', now, ping_s: 20, limits: {}, results: {} });
      const results: Record<string, 'snapshot'> = {};
      for (const channel of frame.subscribe ?? []) results[channel] = 'snapshot';
      wire[0] = { type: 'welcome', sid: 's', node: 'n', now, ping_s: 20, limits: {}, results };
      for (const channel of frame.subscribe ?? [])
        join(channel, frame.positions?.[channel] as number[] | undefined);
    } else if (frame.type === 'subscribe') {
      join(frame.channel, frame.position as number[] | undefined);
    }
  };
  const perform = (intents: Intent[]): void => {
    for (const intent of intents) {
      if (intent.do === 'open') {
        link = intent.link;
        wire = [];
        perform(session.opened(link, now));
      } else if (intent.do === 'send') {
        intent.frames.forEach(answer);
      } else if (intent.do === 'tell' && intent.news.news === 'events') {
        for (const { seq } of intent.news.heard) heard.push(seq);
      }
    }
  };
  const deliver = (count: number) => perform(session.heard(link, wire.splice(0, count), now));

  perform(session.watch(LOG));
  perform(session.watch(STATE));
  perform(session.start(now));
  deliver(9);
  for (let step = 0; step < 300; step++) {
    now += Math.floor(random() * 400);
    const dice = random();
    if (dice < 0.3) {
      head += 1;
      wire.push({ type: 'event', cid: 1, seq: head, event: head });
    } else if (dice < 0.55) {
      const key = `k${Math.floor(random() * 6)}`;
      rows[key] = step;
      wire.push({ type: 'diff', cid: 2, from_seq: version, to_seq: version + 1, upserts: { [key]: step } });
      version += 1;
    } else if (dice < 0.85) {
      deliver(Math.floor(random() * 5));
    } else if (dice < 0.9) {
      // The last frames in flight are lost, and the socket with them.
      deliver(Math.floor(random() * wire.length));
      perform(session.closed(link, 1006, now));
      now += 2_000;
      perform(session.nudge(now));
    } else if (dice < 0.95 && wire.length > 0) {
      // A frame is dropped on the way, as by a node that fell behind.
      const at = Math.floor(random() * wire.length);
      if (wire[at]?.type === 'event' || wire[at]?.type === 'diff') wire.splice(at, 1);
    } else if (wire[0] !== undefined) {
      wire.unshift(wire[0]);
    }
  }
  // At last one more of each, and everything arrives.
  head += 1;
  wire.push({ type: 'event', cid: 1, seq: head, event: head });
  rows.last = 1;
  wire.push({ type: 'diff', cid: 2, from_seq: version, to_seq: version + 1, upserts: { last: 1 } });
  version += 1;
  while (wire.length > 0) deliver(wire.length);
  const state = session.subscriptions.find(STATE)?.rows ?? new Map();
  return { heard, truth: head, rows, state };
}

test('a log is gapless and a state converges, over random losses, repeats and reconnects', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const { heard, truth, rows, state } = play(seed);
    expect(heard, `seed ${seed}`).toEqual(Array.from({ length: truth }, (_, n) => n + 1));
    expect(Object.fromEntries(state), `seed ${seed}`).toEqual(rows);
  }
});
