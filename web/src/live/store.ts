/** What the page knows live, by channel and key. Listeners are called once an animation frame. */
import type { Heard, News } from './news';

/** A channel as a component sees it; a new object whenever something changed. */
export interface ChannelState<T> {
  /** A whole snapshot has arrived: no rows means that there are none. */
  readonly ready: boolean;
  /** Why the hub said no. */
  readonly denied: string | null;
  readonly rows: ReadonlyMap<string, T>;
}

export interface ChannelHandlers {
  /** Events in order, each once. */
  events?: (heard: readonly Heard[]) => void;
  signal?: (body: unknown) => void;
  /** The history before is gone, or something may have been missed: read the truth over REST. */
  resync?: (reason: string) => void;
}

interface Channel {
  rows: Map<string, unknown>;
  ready: boolean;
  denied: string | null;
  state: ChannelState<unknown>;
  readonly byKey: Map<string, Set<() => void>>;
  readonly whole: Set<() => void>;
  readonly handlers: Set<ChannelHandlers>;
  readonly dirty: Set<string>;
  changed: boolean;
}

const NOTHING: ChannelState<unknown> = { ready: false, denied: null, rows: new Map() };

export class Store {
  readonly #channels = new Map<string, Channel>();
  readonly #schedule: (flush: () => void) => void;
  #scheduled = false;

  /** `schedule` calls back once, soon: at the next animation frame, in a browser. */
  constructor(schedule: (flush: () => void) => void) {
    this.#schedule = schedule;
  }

  take(news: News): void {
    if (!('channel' in news)) return;
    const channel = this.#channels.get(news.channel);
    if (channel === undefined) return;
    switch (news.news) {
      case 'rows':
        this.#rows(channel, news.whole, news.upserts, news.removes);
        return;
      case 'tick':
        for (const row of news.rows) this.#set(channel, String(row[0]), row);
        this.#touch(channel);
        return;
      case 'events':
        for (const handler of [...channel.handlers]) handler.events?.(news.heard);
        return;
      case 'signal':
        for (const handler of [...channel.handlers]) handler.signal?.(news.body);
        return;
      case 'reset':
        for (const handler of [...channel.handlers]) handler.resync?.(news.reason);
        return;
      case 'subscribed':
        channel.denied = null;
        this.#touch(channel);
        if (news.delivers !== 'signal' && news.bridged) return;
        for (const handler of [...channel.handlers]) handler.resync?.('subscribed');
        return;
      case 'denied':
        channel.denied = news.code;
        this.#touch(channel);
    }
  }

  state<T>(name: string | null): ChannelState<T> {
    const channel = name === null ? undefined : this.#channels.get(name);
    return (channel?.state ?? NOTHING) as ChannelState<T>;
  }

  /** The newest value of a row, also between two frames. */
  row<T>(name: string | null, key: string): T | undefined {
    return name === null ? undefined : (this.#channels.get(name)?.rows.get(key) as T | undefined);
  }

  onState(name: string, listener: () => void): () => void {
    const channel = this.#channel(name);
    if (channel.whole.size === 0 && (channel.rows.size > 0 || channel.ready))
      channel.state = wholeOf(channel);
    channel.whole.add(listener);
    return () => void channel.whole.delete(listener);
  }

  onRow(name: string, key: string, listener: () => void): () => void {
    const { byKey } = this.#channel(name);
    const listeners = byKey.get(key) ?? new Set();
    byKey.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && byKey.get(key) === listeners) byKey.delete(key);
    };
  }

  handle(name: string, handlers: ChannelHandlers): () => void {
    const channel = this.#channel(name);
    channel.handlers.add(handlers);
    return () => void channel.handlers.delete(handlers);
  }

  /** Nobody watches any more. */
  drop(name: string): void {
    this.#channels.delete(name);
  }

  #channel(name: string): Channel {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const channel: Channel = {
      rows: new Map(),
      ready: false,
      denied: null,
      state: NOTHING,
      byKey: new Map(),
      whole: new Set(),
      handlers: new Set(),
      dirty: new Set(),
      changed: false,
    };
    this.#channels.set(name, channel);
    return channel;
  }

  #rows(
    channel: Channel,
    whole: boolean,
    upserts: Readonly<Record<string, unknown>>,
    removes: readonly string[],
  ): void {
    if (whole) {
      for (const key of channel.rows.keys()) if (!(key in upserts)) channel.dirty.add(key);
      channel.rows = new Map();
      channel.ready = true;
    }
    for (const key of removes) {
      channel.rows.delete(key);
      channel.dirty.add(key);
    }
    for (const [key, row] of Object.entries(upserts)) this.#set(channel, key, row);
    this.#touch(channel);
  }

  #set(channel: Channel, key: string, row: unknown): void {
    channel.rows.set(key, row);
    channel.dirty.add(key);
  }

  #touch(channel: Channel): void {
    channel.changed = true;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    for (const channel of [...this.#channels.values()]) {
      if (!channel.changed) continue;
      channel.changed = false;
      const { dirty } = channel;
      // The copy is made only where somebody looks at the channel as a whole.
      if (channel.whole.size > 0) channel.state = wholeOf(channel);
      for (const listener of [...channel.whole]) listener();
      for (const key of dirty) for (const listener of [...(channel.byKey.get(key) ?? [])]) listener();
      dirty.clear();
    }
  }
}

function wholeOf({ ready, denied, rows }: Channel): ChannelState<unknown> {
  return { ready, denied, rows: new Map(rows) };
}
