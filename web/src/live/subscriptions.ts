/** The channels that somebody watches, kept true whatever the socket does. Without any I/O. */
import type { AnyClientFrame, AnyServerFrame, Position } from './frames';
import {
  applyDiff,
  applyEvent,
  applySnapshot,
  judgeDiff,
  judgeEvent,
  type Kept,
  keep,
  position,
} from './kept';
import type { News } from './news';

/** Leaving a page and coming back soon costs nothing. */
const LINGER_MS = 5_000;

/** What one socket calls the channels. Numbers are a node's own, so they belong to the socket. */
export type Cids = Map<number, string>;

export class Subscriptions {
  readonly #kept = new Map<string, Kept>();
  readonly #tell: (news: News) => void;
  readonly #nextId: () => number;
  readonly #asked = new Map<number, string>();

  constructor(tell: (news: News) => void, nextId: () => number) {
    this.#tell = tell;
    this.#nextId = nextId;
  }

  find(channel: string): Kept | undefined {
    return this.#kept.get(channel);
  }

  /** Start watching; answers the frame that asks for it, or null where it is watched already. */
  watch(channel: string, history: number): AnyClientFrame | null {
    const known = this.#kept.get(channel);
    if (known !== undefined && known.denied === null) {
      known.idleSince = null;
      return null;
    }
    const kept = keep(channel, history);
    this.#kept.set(channel, kept);
    return this.#ask(kept, null);
  }

  unwatch(channel: string, now: number): void {
    const kept = this.#kept.get(channel);
    if (kept !== undefined) kept.idleSince = now;
  }

  /** Time passed: ends what nobody has been watching for a while, asks again what had to wait. */
  sweep(now: number): AnyClientFrame[] {
    const frames: AnyClientFrame[] = [];
    for (const kept of [...this.#kept.values()]) {
      if (kept.askAgainAt !== null && now >= kept.askAgainAt) frames.push(this.#ask(kept, position(kept)));
      if (kept.idleSince === null || now - kept.idleSince < LINGER_MS) continue;
      this.#kept.delete(kept.channel);
      if (kept.denied === null) {
        frames.push({ type: 'unsubscribe', id: this.#nextId(), channel: kept.channel });
      }
    }
    return frames;
  }

  /** Another member: nothing of the last one's stays. Watched channels are asked for anew. */
  forget(): void {
    for (const { channel, history, idleSince } of [...this.#kept.values()]) {
      this.#kept.set(channel, { ...keep(channel, history), idleSince });
      this.#tell({ news: 'rows', channel, whole: true, upserts: {}, removes: [] });
      this.#tell({ news: 'reset', channel, reason: 'identity' });
    }
  }

  /** What a new socket says it watches, and how far it had come. */
  wanted(): { subscribe: string[]; positions: Record<string, Position> } {
    const positions: Record<string, Position> = {};
    const subscribe: string[] = [];
    for (const kept of this.#kept.values()) {
      subscribe.push(kept.channel);
      const at = position(kept);
      if (at !== null) positions[kept.channel] = at;
    }
    return { subscribe, positions };
  }

  /**
   * A socket took over. Requests up to `uptoId` went over one that is gone. Answers what has to be asked
   * because the new socket's `connect` did not know of it yet.
   */
  tookOver(results: Readonly<Record<string, string>>, uptoId: number | null): AnyClientFrame[] {
    const asks: AnyClientFrame[] = [];
    for (const kept of this.#kept.values()) {
      const inFlight = kept.asked !== null && kept.asked > (uptoId ?? 0);
      if (!inFlight) this.#answered(kept);
      const result = results[kept.channel];
      if (result === 'denied') this.#deny(kept, 'denied');
      else if (result === undefined && !inFlight) asks.push(this.#ask(kept, position(kept)));
    }
    return asks;
  }

  /** An `error` that answers a request of mine. */
  refused(id: number, code: string, retryAfterS: number | null, now: number): boolean {
    const channel = this.#asked.get(id);
    if (channel === undefined) return false;
    this.#asked.delete(id);
    const kept = this.#kept.get(channel);
    if (kept?.asked !== id) return true;
    // With a time it passes by itself: the request stays open, and is made again then.
    if (retryAfterS === null) {
      kept.asked = null;
      this.#deny(kept, code);
    } else {
      kept.askAgainAt = now + retryAfterS * 1000;
    }
    return true;
  }

  /** A frame of a channel; answers what has to be asked in return. */
  heard(cids: Cids, frame: AnyServerFrame): AnyClientFrame | null {
    if (frame.type === 'subscribed') return this.#subscribed(cids, frame);
    if (!('cid' in frame)) return null;
    const kept = this.#kept.get(cids.get(frame.cid) ?? '');
    if (kept === undefined) return null;
    const { channel } = kept;
    switch (frame.type) {
      case 'event':
        return this.#event(kept, frame.seq, frame.event);
      case 'diff':
        return this.#diff(kept, frame);
      case 'snapshot': {
        applySnapshot(kept, frame.epoch, frame.seq, frame.rows);
        this.#answered(kept);
        this.#tell({ news: 'rows', channel, whole: true, upserts: frame.rows, removes: [] });
        return null;
      }
      case 'tick': {
        for (const row of frame.rows) kept.rows.set(String(row[0]), row);
        this.#tell({ news: 'tick', channel, t: frame.t, rows: frame.rows });
        return null;
      }
      case 'signal':
        this.#tell({ news: 'signal', channel, body: frame.body });
        return null;
      case 'reset': {
        kept.epoch = frame.epoch;
        kept.seq = frame.seq;
        kept.whole = false;
        kept.recent = [];
        this.#answered(kept);
        this.#tell({ news: 'reset', channel, reason: frame.reason });
        return null;
      }
      case 'unsubscribed': {
        cids.delete(frame.cid);
        if (frame.code !== 'requested') this.#deny(kept, frame.code);
        return null;
      }
    }
  }

  #subscribed(cids: Cids, frame: Extract<AnyServerFrame, { type: 'subscribed' }>): AnyClientFrame | null {
    cids.set(frame.cid, frame.channel);
    const kept = this.#kept.get(frame.channel);
    if (kept === undefined) return { type: 'unsubscribe', id: this.#nextId(), channel: frame.channel };
    const { channel } = kept;
    const first = kept.delivers === null;
    const bridged = kept.epoch === frame.epoch && frame.delivers !== 'signal' && !first;
    kept.delivers = frame.delivers;
    kept.denied = null;
    this.#answered(kept);
    this.#tell({ news: 'subscribed', channel, delivers: frame.delivers, bridged });
    if (frame.delivers !== 'log') {
      // The version counts from the snapshot on; rows of another epoch wait for theirs.
      if (!bridged) kept.whole = false;
      kept.epoch = frame.epoch;
      return null;
    }
    // It starts where I said I was; since then I may have come further over another socket.
    if (bridged) return null;
    kept.epoch = frame.epoch;
    kept.seq = frame.seq;
    if (!first) this.#tell({ news: 'reset', channel, reason: 'epoch' });
    if (kept.history === 0 || frame.seq === 0) return null;
    // The channel's past is asked for by naming an earlier position.
    kept.seq = Math.max(0, frame.seq - kept.history);
    kept.history = 0;
    return this.#ask(kept, [frame.epoch, kept.seq]);
  }

  #event(kept: Kept, seq: number, event: unknown): AnyClientFrame | null {
    switch (judgeEvent(kept, seq)) {
      case 'drop':
        return null;
      case 'hole':
        return kept.asked === null ? this.#ask(kept, position(kept)) : null;
      case 'apply': {
        const heard = { seq, event };
        applyEvent(kept, heard);
        this.#tell({ news: 'events', channel: kept.channel, heard: [heard] });
        return null;
      }
    }
  }

  #diff(kept: Kept, frame: Extract<AnyServerFrame, { type: 'diff' }>): AnyClientFrame | null {
    switch (judgeDiff(kept, frame.from_seq, frame.to_seq)) {
      case 'drop':
        return null;
      case 'hole':
        return kept.asked === null ? this.#ask(kept, null) : null;
      case 'apply': {
        const upserts = frame.upserts ?? {};
        const removes = frame.removes ?? [];
        applyDiff(kept, frame.to_seq, upserts, removes);
        this.#tell({ news: 'rows', channel: kept.channel, whole: false, upserts, removes });
        return null;
      }
    }
  }

  #ask(kept: Kept, at: Position | null): AnyClientFrame {
    const id = this.#nextId();
    kept.asked = id;
    kept.askAgainAt = null;
    this.#asked.set(id, kept.channel);
    const frame = { type: 'subscribe', id, channel: kept.channel } as const;
    return at === null ? frame : { ...frame, position: at };
  }

  #answered(kept: Kept): void {
    if (kept.asked !== null) this.#asked.delete(kept.asked);
    kept.asked = null;
    kept.askAgainAt = null;
  }

  #deny(kept: Kept, code: string): void {
    kept.denied = code;
    kept.whole = false;
    this.#tell({ news: 'denied', channel: kept.channel, code });
  }
}
