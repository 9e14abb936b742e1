/** My unsent samples, kept on this device until the hub has them: a reload or a dead battery loses none. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Row } from './frames';

export interface SavedSample {
  readonly member: string;
  readonly stream: string;
  readonly seq: number;
  readonly sample: Row;
}

interface Schema extends DBSchema {
  samples: { key: [string, string, number]; value: SavedSample };
}

/** Where samples wait. Keeping them is best effort: storage may be full or forbidden, training goes on. */
export interface SampleStore {
  load(member: string): Promise<SavedSample[]>;
  add(samples: readonly SavedSample[]): Promise<void>;
  /** Forget a stream's samples up to and including `upto`. */
  drop(member: string, stream: string, upto: number): Promise<void>;
}

const NAME = 'pulsehub-samples';

export function indexedSamples(): SampleStore {
  let opened: Promise<IDBPDatabase<Schema> | null> | null = null;
  const open = () => {
    opened ??= openDB<Schema>(NAME, 1, {
      upgrade: (db) => void db.createObjectStore('samples', { keyPath: ['member', 'stream', 'seq'] }),
    }).catch(() => null);
    return opened;
  };
  return {
    async load(member) {
      const db = await open();
      if (db === null) return [];
      const mine = IDBKeyRange.bound([member], [member, []]);
      return db.getAll('samples', mine).catch(() => []);
    },
    async add(samples) {
      const db = await open();
      if (db === null) return;
      try {
        const change = db.transaction('samples', 'readwrite');
        await Promise.all([...samples.map((sample) => change.store.put(sample)), change.done]);
      } catch (error) {
        console.warn('samples could not be kept on this device', error);
      }
    },
    async drop(member, stream, upto) {
      const db = await open();
      if (db === null) return;
      const safe = IDBKeyRange.bound([member, stream, 0], [member, stream, upto]);
      await db.delete('samples', safe).catch(() => undefined);
    },
  };
}

/** For a browser without a database, and for tests: as long as the page lives. */
export function rememberedSamples(): SampleStore {
  let samples: SavedSample[] = [];
  return {
    load: async (member) => samples.filter((one) => one.member === member),
    add: async (more) => void samples.push(...more),
    drop: async (member, stream, upto) => {
      samples = samples.filter((one) => one.member !== member || one.stream !== stream || one.seq > upto);
    },
  };
}
