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

export function setDraft(changed: WorkoutInProgress): void {
  show(changed);
  clearTimeout(timer);
  timer = setTimeout(write, GATHER_MS);
}

/** Change what there is; nothing happens when there is nothing. */
export function changeDraft(change: (draft: WorkoutInProgress) => WorkoutInProgress): void {
  if (draft) setDraft(change(draft));
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

/** Whether it is known yet if there is a draft. */
export function useDraftLoaded(): boolean {
  return useSyncExternalStore(watch, () => loaded);
}
