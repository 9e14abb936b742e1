/** What a client keeps of one channel, and the two rules by which it stays true to it. */
import type { Delivery, Position } from './frames';
import type { Heard } from './news';

/** Events a late tab may still want to show, as the last lines of a chat. */
const RECENT = 200;

export interface Kept {
  readonly channel: string;
  /** How many past events the reader would like at first; logs only. */
  history: number;
  /** Null until the first `subscribed`. */
  delivers: Delivery | null;
  epoch: number | null;
  /** Of the last event applied, or the version of the rows. */
  seq: number;
  /** False where `rows` say nothing yet: a snapshot has to come first. */
  whole: boolean;
  rows: Map<string, unknown>;
  recent: Heard[];
  /** The request that is under way to mend a hole: asked once, not once a frame. */
  asked: number | null;
  /** The hub was too busy to answer: not before then. */
  askAgainAt: number | null;
  /** Why the hub said no, if it did. */
  denied: string | null;
  /** Nobody has been watching since then. */
  idleSince: number | null;
}

export function keep(channel: string, history: number): Kept {
  return {
    channel,
    history,
    delivers: null,
    epoch: null,
    seq: 0,
    whole: false,
    rows: new Map(),
    recent: [],
    asked: null,
    askAgainAt: null,
    denied: null,
    idleSince: null,
  };
}

/** Where to resume from; null asks for everything anew. */
export function position(kept: Kept): Position | null {
  if (kept.epoch === null) return null;
  if (kept.delivers === 'log') return [kept.epoch, kept.seq];
  if (kept.delivers === 'state' && kept.whole) return [kept.epoch, kept.seq];
  return null;
}

export type Verdict = 'apply' | 'drop' | 'hole';

/** The log rule: `seq = last + 1`; what it has is dropped; anything further is a hole. */
export function judgeEvent(kept: Kept, seq: number): Verdict {
  if (seq <= kept.seq) return 'drop';
  return seq === kept.seq + 1 ? 'apply' : 'hole';
}

/**
 * The state rule: a diff applies where it begins at my version; what ends there is dropped. One that begins
 * earlier does not: a row that came and went in between may be missing from it.
 */
export function judgeDiff(kept: Kept, fromSeq: number, toSeq: number): Verdict {
  if (!kept.whole) return 'hole';
  if (toSeq <= kept.seq) return 'drop';
  return fromSeq === kept.seq ? 'apply' : 'hole';
}

export function applyEvent(kept: Kept, heard: Heard): void {
  kept.seq = heard.seq;
  kept.recent.push(heard);
  if (kept.recent.length > RECENT) kept.recent.splice(0, kept.recent.length - RECENT);
}

export function applySnapshot(kept: Kept, epoch: number, seq: number, rows: Record<string, unknown>): void {
  kept.epoch = epoch;
  kept.seq = seq;
  kept.whole = true;
  kept.rows = new Map(Object.entries(rows));
}

export function applyDiff(
  kept: Kept,
  toSeq: number,
  upserts: Record<string, unknown>,
  removes: readonly string[],
): void {
  for (const key of removes) kept.rows.delete(key);
  for (const [key, row] of Object.entries(upserts)) kept.rows.set(key, row);
  kept.seq = toSeq;
}
