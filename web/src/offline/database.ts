/** The browser's own database: what is not sent yet, drafts, and what can be read without a network. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Entry } from './outbox';

interface Schema extends DBSchema {
  outbox: { key: string; value: Entry };
  documents: { key: string; value: { key: string; at: string; value: unknown } };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

export function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('pulsehub', 1, {
    upgrade(db) {
      db.createObjectStore('outbox', { keyPath: 'id' });
      db.createObjectStore('documents', { keyPath: 'key' });
    },
    // A newer version in another tab, or the browser taking it away: open it again at the next use.
    blocking: () => void forget(),
    terminated: () => void forget(),
  });
  opened.catch(() => {
    opened = null;
  });
  return opened;
}

async function forget(): Promise<void> {
  const closing = opened;
  opened = null;
  (await closing?.catch(() => null))?.close();
}
