/** The workout that is being logged right now. It survives a reload, a crash and a flat battery. */
import { useSyncExternalStore } from 'react';
import type { SetKind } from '../api/gen';
import { drop, keep, kept } from './documents';

export interface DraftSet {
  key: string;
  kind: SetKind;
  /** As typed, in the member's units. */
  weight: string;
  reps: string;
  duration: string;
  distance: string;
  rpe: string;
  done: boolean;
}

export interface DraftExercise {
  key: string;
  slug: string;
  note: string;
  sets: DraftSet[];
}

export interface WorkoutInProgress {
  id: string;
  started_at: string;
  tz: string;
  title: string;
  exercises: DraftExercise[];
  rest_s: number;
  /** The rest ends at this instant, in milliseconds since the epoch: it goes on while the page is away. */
  rest_until: number | null;
}

/** Nothing is in it that would be missed. */
export function isEmpty(draft: WorkoutInProgress): boolean {
  return draft.exercises.length === 0 && draft.title.trim() === '';
}

/** Writes are gathered for this long; leaving the page writes at once. */
const GATHER_MS = 250;

let member: string | null = null;
let draft: WorkoutInProgress | null = null;
let loaded = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

const key = () => `draft:workout:${member}`;

function show(changed: WorkoutInProgress | null): void {
  draft = changed;
  for (const listener of listeners) listener();
}

/** Whose draft it is; called when somebody is signed in. */
export async function loadDraft(memberId: string): Promise<void> {
  if (member === memberId && loaded) return;
  member = memberId;
  loaded = false;
  const stored = await kept<WorkoutInProgress>(key());
  if (member !== memberId) return;
  loaded = true;
  show(stored?.value ?? null);
  window.addEventListener('pagehide', write);
}

function setDraft(changed: WorkoutInProgress): void {
  show(changed);
  clearTimeout(timer);
  timer = setTimeout(write, GATHER_MS);
}

/** Change what there is, or what is begun now. The workout starts with the first thing in it. */
export function changeDraft(
  change: (draft: WorkoutInProgress) => WorkoutInProgress,
  begin: () => WorkoutInProgress,
): void {
  const was = draft ?? begin();
  const now = change(was);
  setDraft(isEmpty(was) && !isEmpty(now) ? { ...now, started_at: new Date().toISOString() } : now);
}

/** The screen was left: what has nothing in it is not kept. */
export async function dropEmptyDraft(): Promise<void> {
  if (draft && isEmpty(draft)) await clearDraft();
}

function write(): void {
  clearTimeout(timer);
  if (draft && member) void keep(key(), draft).catch(() => undefined);
}

export async function clearDraft(): Promise<void> {
  clearTimeout(timer);
  show(null);
  await drop(key()).catch(() => undefined);
}

function watch(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useDraft(): WorkoutInProgress | null {
  return useSyncExternalStore(watch, () => draft);
}

/** The draft once it has something in it: the way back to it is shown everywhere. */
export function useRunning(): WorkoutInProgress | null {
  const found = useDraft();
  return found && !isEmpty(found) ? found : null;
}

/** Whether it is known yet if there is a draft. */
export function useDraftLoaded(): boolean {
  return useSyncExternalStore(watch, () => loaded);
}
