/** The live session that I take part in, so that every other screen can lead back to it. Known to this tab. */
import type { Room } from './gen';

const KEY = 'pulsehub.room';
const listeners = new Set<() => void>();
let current = read();

function read(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function set(id: string | null): void {
  if (id === current) return;
  current = id;
  try {
    if (id) sessionStorage.setItem(KEY, id);
    else sessionStorage.removeItem(KEY);
  } catch {
    // Then it is forgotten with the page.
  }
  for (const listener of listeners) listener();
}

/** What the hub said of a room: I am in it, or I am not. */
export function noteRoom({ session, number, roster }: Room): void {
  const left = roster.find((one) => one.number === number)?.left ?? false;
  const over = session.state === 'finished' || session.state === 'cancelled';
  if (number !== null && !left && !over) set(session.id);
  else if (current === session.id) set(null);
}

export const myRoom = {
  id: (): string | null => current,
  watch(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
