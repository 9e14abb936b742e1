import { useSyncExternalStore } from 'react';
import { outbox } from './drain';
import type { Entry } from './outbox';

/** What this browser has not sent yet. */
export function useOutbox(): readonly Entry[] {
  return useSyncExternalStore(outbox.watch, outbox.entries);
}
