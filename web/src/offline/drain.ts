/** Sends what the outbox holds: in order, by one tab at a time, and again until the hub has answered. */
import { ProblemError } from '../api/problems';
import { request } from '../api/request';
import { uuid7 } from '../api/uuid7';
import { database } from './database';
import {
  afterAttempt,
  type Entry,
  enqueue,
  hurry,
  inOrder,
  next,
  type Outcome,
  outcomeOf,
  settle,
} from './outbox';

let entries: readonly Entry[] = [];
let memberId: string | null = null;
let inFlight: string | null = null;
let running = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let onSent: (entry: Entry, answer: unknown) => void = () => undefined;
const listeners = new Set<() => void>();
const otherTabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('pulsehub.outbox');

export const outbox = {
  watch(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  entries: (): readonly Entry[] => entries,
};

function show(changed: readonly Entry[]): void {
  entries = changed;
  for (const listener of listeners) listener();
}

/** Read again what is stored: another tab may have changed it. */
async function reload(): Promise<void> {
  show(inOrder(await (await database()).getAll('outbox')));
}

async function store(changed: readonly Entry[]): Promise<void> {
  const db = await database();
  const tx = db.transaction('outbox', 'readwrite');
  const ids = new Set(changed.map(({ id }) => id));
  for (const key of await tx.store.getAllKeys()) if (!ids.has(key)) await tx.store.delete(key);
  for (const entry of changed) await tx.store.put(entry);
  await tx.done;
  show(changed);
  otherTabs?.postMessage(null);
}

/** From here on the outbox of this member is sent. `sent` hears each answer. */
export async function startDraining(member: string, sent: typeof onSent): Promise<() => void> {
  memberId = member;
  onSent = sent;
  const soon = () => void reload().then(drain);
  const again = () => void sendNow();
  if (otherTabs) otherTabs.onmessage = soon;
  window.addEventListener('online', again);
  document.addEventListener('visibilitychange', soon);
  await reload();
  void drain();
  return () => {
    memberId = null;
    clearTimeout(timer);
    window.removeEventListener('online', again);
    document.removeEventListener('visibilitychange', soon);
  };
}

/** Put something in, durably, before anything else happens. */
export async function put(
  what: Pick<Entry, 'member_id' | 'subject' | 'verb' | 'method' | 'path' | 'body'>,
): Promise<void> {
  await exclusively('pulsehub.outbox.store', async () => {
    await reload();
    const entry: Entry = {
      ...what,
      id: uuid7(),
      created_at: new Date().toISOString(),
      tries: 0,
      not_before: 0,
      state: 'waiting',
    };
    await store(enqueue(entries, entry, inFlight));
  });
  void drain();
}

/** Take something out without sending it. */
export async function discard(id: string): Promise<void> {
  await exclusively('pulsehub.outbox.store', async () => {
    await reload();
    await store(entries.filter((entry) => entry.id !== id));
  });
}

export async function sendNow(): Promise<void> {
  await exclusively('pulsehub.outbox.store', async () => {
    await reload();
    await store(hurry(entries));
  });
  await drain();
}

async function drain(): Promise<void> {
  if (running || !memberId) return;
  running = true;
  clearTimeout(timer);
  try {
    await exclusively('pulsehub.outbox.drain', sendAll);
  } finally {
    running = false;
  }
}

async function sendAll(): Promise<void> {
  await reload();
  for (;;) {
    const what = memberId ? next(entries, memberId, Date.now()) : null;
    if (!what) return;
    if ('waitMs' in what) {
      timer = setTimeout(() => void drain(), what.waitMs);
      return;
    }
    if (!(await send(what.send))) return;
  }
}

/** One attempt; whether the next may follow at once. */
async function send(entry: Entry): Promise<boolean> {
  inFlight = entry.id;
  let outcome: Outcome;
  let answer: unknown;
  try {
    answer = await request<unknown>(
      entry.method,
      entry.path,
      entry.body === null ? {} : { body: entry.body },
    );
    outcome = { kind: 'sent' };
  } catch (error) {
    outcome = outcomeOf(entry, described(error));
  }
  inFlight = null;
  const left = afterAttempt(entry, outcome, Date.now(), Math.random());
  await exclusively('pulsehub.outbox.store', async () => {
    await reload();
    await store(settle(entries, entry, left));
  });
  if (outcome.kind === 'sent') onSent(entry, answer);
  if (outcome.kind !== 'later') return true;
  timer = setTimeout(() => void drain(), Math.max(0, (left?.not_before ?? 0) - Date.now()));
  return false;
}

function described(error: unknown) {
  if (!(error instanceof ProblemError)) return { status: 0, retryAfterS: null };
  const { status, code, detail, errors = [] } = error.problem;
  return { status, retryAfterS: error.retryAfterS, code, detail, errors };
}

/** One at a time across tabs, where the browser has locks (not on plain HTTP): else within this tab. */
const here = new Map<string, Promise<unknown>>();
async function exclusively(name: string, work: () => Promise<void>): Promise<void> {
  if (navigator.locks) return navigator.locks.request(name, work);
  const mine = (here.get(name) ?? Promise.resolve()).then(work, work);
  here.set(name, mine);
  await mine;
}
