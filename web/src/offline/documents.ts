/** Values kept by name in this browser. Where it keeps nothing (private mode), they are simply not there. */
import { UnreachableError } from '../api/problems';
import { database } from './database';

export interface Kept<T> {
  value: T;
  /** When it was kept, RFC 3339. */
  at: string;
}

export async function keep(key: string, value: unknown): Promise<void> {
  await (await database()).put('documents', { key, at: new Date().toISOString(), value });
}

export async function kept<T>(key: string): Promise<Kept<T> | null> {
  try {
    const found = await (await database()).get('documents', key);
    return found ? { value: found.value as T, at: found.at } : null;
  } catch {
    return null;
  }
}

export async function drop(key: string): Promise<void> {
  await (await database()).delete('documents', key);
}

/** Everything of a member leaves with them; drafts and what is unsent stay until they are dealt with. */
export async function dropCopies(): Promise<void> {
  const db = await database();
  for (const key of await db.getAllKeys('documents'))
    if (key.startsWith('copy:')) await db.delete('documents', key);
}

/** Ask the hub, and keep the answer; without a network, the answer of last time. */
export async function orCopy<T>(key: string, ask: () => Promise<T>): Promise<T> {
  try {
    const answer = await ask();
    void keep(`copy:${key}`, answer).catch(() => undefined);
    return answer;
  } catch (error) {
    const copy = error instanceof UnreachableError ? await kept<T>(`copy:${key}`) : null;
    if (copy) return copy.value;
    throw error;
  }
}
