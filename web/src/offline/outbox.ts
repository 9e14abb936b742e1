/** What waits to be sent, as data: no clock, no network, no storage. `drain.ts` does what this decides. */
import type { Method } from '../api/request';

export interface Entry {
  /** Also the order: a UUIDv7. */
  id: string;
  /** Whose it is: nobody else's session sends it. */
  member_id: string;
  /** What it is about; entries about one thing never overtake each other. */
  subject: string;
  verb: 'create' | 'replace' | 'delete';
  method: Method;
  path: string;
  body: unknown;
  created_at: string;
  tries: number;
  /** Not before this, in milliseconds since the epoch. */
  not_before: number;
  state: 'waiting' | 'parked';
  /** Why the hub refused it, for who can put it right. */
  refusal?: { code: string; detail: string; errors: { pointer: string; detail: string }[] };
}

export type Outcome =
  | { kind: 'sent' }
  | { kind: 'later'; retryAfterS: number | null }
  | { kind: 'refused'; refusal: NonNullable<Entry['refusal']> };

/** Waits grow from one second to five minutes. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;

export const inOrder = (entries: readonly Entry[]): Entry[] =>
  [...entries].sort((a, b) => (a.id < b.id ? -1 : 1));

/**
 * The entries with one more. A change to what was never sent becomes part of its creation, a second change replaces
 * the first, and deleting what was never sent leaves nothing. `inFlight` is being sent now and stays as it is.
 */
export function enqueue(entries: readonly Entry[], entry: Entry, inFlight: string | null = null): Entry[] {
  const earlier = entries.filter((one) => one.subject === entry.subject && one.id !== inFlight);
  const others = entries.filter((one) => !earlier.includes(one));
  const creation = earlier.find((one) => one.verb === 'create');
  if (!creation) return inOrder([...others, entry]);
  // One that was tried may have arrived although no answer came back: it stays, and the change follows it.
  const unknown = creation.state === 'parked' || creation.tries === 0;
  if (entry.verb === 'delete') return unknown ? others : inOrder([...others, entry]);
  return unknown
    ? inOrder([...others, { ...fresh(creation), body: entry.body }])
    : inOrder([...others, creation, entry]);
}

/**
 * The entries when an attempt is over; `left` is what `afterAttempt` made of it. What was changed while it was on its
 * way (in another tab) is not lost: a creation that arrived is followed by the change.
 */
export function settle(entries: readonly Entry[], sent: Entry, left: Entry | null): Entry[] {
  const others = entries.filter(({ id }) => id !== sent.id);
  const stored = entries.find(({ id }) => id === sent.id);
  if (!stored) return others;
  if (JSON.stringify(stored.body) === JSON.stringify(sent.body))
    return inOrder(left ? [...others, left] : others);
  const change: Entry = left
    ? { ...stored, tries: left.tries, not_before: left.not_before }
    : { ...stored, verb: 'replace', method: 'PUT', path: `${sent.path}/${sent.subject}`, tries: 0 };
  return inOrder([...others, change]);
}

function fresh(entry: Entry): Entry {
  const { refusal: _, ...rest } = entry;
  return { ...rest, state: 'waiting', not_before: 0 };
}

/** The next to send for a member, or how long to wait for it, or null when nothing waits. */
export function next(
  entries: readonly Entry[],
  memberId: string,
  nowMs: number,
): { send: Entry } | { waitMs: number } | null {
  const blocked = new Set<string>();
  for (const entry of inOrder(entries)) {
    if (entry.member_id !== memberId || blocked.has(entry.subject)) continue;
    if (entry.state === 'parked') {
      blocked.add(entry.subject);
      continue;
    }
    return entry.not_before <= nowMs ? { send: entry } : { waitMs: entry.not_before - nowMs };
  }
  return null;
}

/** The entry after an attempt; null when it is done. `random` in 0..1 spreads the waits. */
export function afterAttempt(entry: Entry, outcome: Outcome, nowMs: number, random: number): Entry | null {
  if (outcome.kind === 'sent') return null;
  if (outcome.kind === 'refused') return { ...entry, state: 'parked', refusal: outcome.refusal };
  const grown = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** entry.tries);
  const wait = outcome.retryAfterS === null ? grown * (0.5 + random / 2) : outcome.retryAfterS * 1_000;
  return { ...entry, tries: entry.tries + 1, not_before: nowMs + wait };
}

/** What an answer means for the entry. Deleting what is gone is done; what may pass later waits. */
export function outcomeOf(
  entry: Entry,
  answer: { status: number; retryAfterS: number | null } & Partial<Refused>,
): Outcome {
  const { status, retryAfterS } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (entry.verb === 'delete' && status === 404) return { kind: 'sent' };
  if (
    status === 0 ||
    status === 401 ||
    status === 408 ||
    status === 429 ||
    status >= 500 ||
    answer.code === 'csrf'
  )
    return { kind: 'later', retryAfterS };
  const { code = 'unknown', detail = '', errors = [] } = answer;
  return { kind: 'refused', refusal: { code, detail, errors } };
}

type Refused = NonNullable<Entry['refusal']>;

/** Try again at once: somebody asked, or the network is back. */
export function hurry(entries: readonly Entry[]): Entry[] {
  return entries.map((entry) => (entry.state === 'waiting' ? { ...entry, not_before: 0 } : entry));
}
