/** Short messages at the foot of the screen; they leave by themselves. */

export interface Toast {
  id: number;
  text: string;
  bad: boolean;
  action?: { label: string; run: () => void };
}

/** Long enough to read, longer with something to press. */
const SHOWN_MS = 5_000;
const SHOWN_WITH_ACTION_MS = 12_000;
const AT_MOST = 3;

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(changed: readonly Toast[]): void {
  toasts = changed;
  for (const listener of listeners) listener();
}

export function toast(text: string, options: { bad?: boolean; action?: Toast['action'] } = {}): void {
  const { bad = false, action } = options;
  const shown: Toast = action ? { id: next++, text, bad, action } : { id: next++, text, bad };
  set([...toasts.filter((one) => one.text !== text), shown].slice(-AT_MOST));
  setTimeout(() => dismiss(shown.id), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
}

export function dismiss(id: number): void {
  if (toasts.some((one) => one.id === id)) set(toasts.filter((one) => one.id !== id));
}

export function watchToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentToasts(): readonly Toast[] {
  return toasts;
}
