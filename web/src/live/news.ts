/** What the live layer tells the page, and what the page asks of it. */
import type { Delivery, Row } from './frames';

/** How the socket is. `waiting` tries again at `retryAt`; `stopped` does not (signed out, revoked, refused). */
export interface Connection {
  readonly state: 'idle' | 'connecting' | 'online' | 'waiting' | 'stopped';
  /** Since when it is in this state, by this device's clock. */
  readonly since: number;
  /** When it was last online, by this device's clock; null if never. */
  readonly onlineAt: number | null;
  readonly retryAt: number | null;
  readonly code: number | null;
}

/** A log event with its place in the channel. */
export interface Heard {
  readonly seq: number;
  readonly event: unknown;
}

export type News =
  | { readonly news: 'connection'; readonly connection: Connection }
  /** Subscribed (again). `bridged`: nothing was missed; else read the truth over REST. */
  | {
      readonly news: 'subscribed';
      readonly channel: string;
      readonly delivers: Delivery;
      readonly bridged: boolean;
    }
  /** State rows changed; `whole` replaces all that was there. */
  | {
      readonly news: 'rows';
      readonly channel: string;
      readonly whole: boolean;
      readonly upserts: Readonly<Record<string, unknown>>;
      readonly removes: readonly string[];
    }
  | { readonly news: 'events'; readonly channel: string; readonly heard: readonly Heard[] }
  | { readonly news: 'tick'; readonly channel: string; readonly t: number; readonly rows: readonly Row[] }
  | { readonly news: 'signal'; readonly channel: string; readonly body: unknown }
  | { readonly news: 'reset'; readonly channel: string; readonly reason: string }
  | { readonly news: 'denied'; readonly channel: string; readonly code: string }
  | { readonly news: 'published'; readonly mid: string; readonly seq: number | null }
  | {
      readonly news: 'refused';
      readonly mid: string;
      readonly code: string;
    }
  | { readonly news: 'ingested'; readonly stream: string; readonly upto: number }
  /** A refusal that names no request: it is of samples. */
  | { readonly news: 'error'; readonly code: string }
  | { readonly news: 'clock'; readonly offset: number; readonly error: number }
  /** How many of my own samples are still on this device only. */
  | { readonly news: 'recording'; readonly stream: string; readonly pending: number; readonly upto: number };

export type Ask =
  | { readonly ask: 'hello'; readonly visible: boolean }
  | { readonly ask: 'alive' }
  | { readonly ask: 'bye' }
  | { readonly ask: 'nudge' }
  | { readonly ask: 'who'; readonly member: string | null }
  | { readonly ask: 'look'; readonly visible: boolean }
  | { readonly ask: 'watch'; readonly channel: string; readonly history: number }
  | { readonly ask: 'unwatch'; readonly channel: string }
  | {
      readonly ask: 'publish';
      readonly channel: string;
      readonly mid: string;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | { readonly ask: 'stream'; readonly stream: string; readonly storedUpto: number }
  | { readonly ask: 'record'; readonly stream: string; readonly sample: Row };
