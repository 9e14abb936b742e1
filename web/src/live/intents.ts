/** What a session wants done, and what it knows of a socket. */
import type { AnyClientFrame } from './frames';
import type { News } from './news';
import type { Cids } from './subscriptions';

export type Intent =
  | { readonly do: 'open'; readonly link: number }
  | { readonly do: 'send'; readonly link: number; readonly frames: readonly AnyClientFrame[] }
  | { readonly do: 'close'; readonly link: number; readonly code: number }
  /** Call `beat` again in so many milliseconds. */
  | { readonly do: 'wake'; readonly inMs: number }
  | { readonly do: 'tell'; readonly news: News };

/** One socket. There are two for a moment while a node drains. */
export interface Link {
  readonly id: number;
  readonly openedAt: number;
  readonly cids: Cids;
  /** The last request id before `connect` was said; null until then. */
  greetedAtId: number | null;
  welcomed: boolean;
  heardAt: number;
  pingMs: number;
}

export function newLink(id: number, now: number): Link {
  return {
    id,
    openedAt: now,
    cids: new Map(),
    greetedAtId: null,
    welcomed: false,
    heardAt: now,
    pingMs: 20_000,
  };
}
