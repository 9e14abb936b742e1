/** One connection for all tabs: who watches what, and whom each piece of news concerns. */
import { StepDetector } from './clock';
import type { AnyClientFrame } from './frames';
import type { Intent } from './intents';
import type { Ask, News } from './news';
import { Recordings } from './recordings';
import type { SampleStore } from './samples-db';
import { Session } from './session';

/** Performs what a session wants done with sockets. */
export interface Line {
  open(link: number): void;
  send(link: number, frames: readonly AnyClientFrame[]): void;
  close(link: number, code: number): void;
}

/** One tab, or whoever else listens. */
export interface Listener {
  tell(news: readonly News[]): void;
}

interface Tab {
  readonly listener: Listener;
  readonly channels: Set<string>;
  visible: boolean;
  heardAt: number;
}

/** A tab that crashed says no goodbye; a hidden one speaks once a minute at least. */
const SILENT_TAB_MS = 200_000;
const BEAT_MS = 1_000;

export class Switchboard {
  readonly #tabs = new Set<Tab>();
  readonly #session: Session;
  readonly #line: Line;
  readonly #recordings: Recordings;
  readonly #steps = new StepDetector();
  readonly #wall: () => number;
  #member: string | null = null;
  #clock: News | null = null;

  constructor(options: { line: Line; store: SampleStore; random: () => number; wall: () => number }) {
    this.#line = options.line;
    this.#wall = options.wall;
    this.#session = new Session(options.random);
    this.#recordings = new Recordings(options.store, (news) => this.#route([news]));
    setInterval(() => this.#beat(), BEAT_MS);
  }

  /** A tab appears; answers where it puts what it asks. */
  join(listener: Listener): (ask: Ask) => void {
    const tab: Tab = { listener, channels: new Set(), visible: true, heardAt: this.#wall() };
    this.#tabs.add(tab);
    return (ask) => this.#asked(tab, ask);
  }

  opened(link: number): void {
    this.#do(this.#session.opened(link, this.#wall()));
  }

  heard(link: number, frames: Parameters<Session['heard']>[1]): void {
    this.#do(this.#session.heard(link, frames, this.#wall()));
  }

  closed(link: number, code: number): void {
    this.#do(this.#session.closed(link, code, this.#wall()));
  }

  /** There is a better way than the present one: take it, and leave this one once it serves. */
  elsewhere(): void {
    this.#do(this.#session.elsewhere(this.#wall()));
  }

  #asked(tab: Tab, ask: Ask): void {
    const now = this.#wall();
    tab.heardAt = now;
    // A tab that was frozen, and taken for dead, speaks again.
    if (ask.ask !== 'bye') this.#tabs.add(tab);
    switch (ask.ask) {
      case 'hello': {
        tab.visible = ask.visible;
        const known: News[] = [{ news: 'connection', connection: this.#session.connection }];
        if (this.#clock !== null) known.push(this.#clock);
        tab.listener.tell(known);
        this.#look();
        return;
      }
      case 'alive':
        return;
      case 'bye':
        this.#leave(tab);
        return;
      case 'nudge':
        this.#do(this.#session.nudge(now));
        return;
      case 'who':
        this.#who(ask.member, now);
        return;
      case 'look':
        tab.visible = ask.visible;
        this.#look();
        return;
      case 'watch':
        tab.channels.add(ask.channel);
        this.#replay(tab, ask.channel);
        this.#do(this.#session.watch(ask.channel, ask.history));
        return;
      case 'unwatch':
        this.#unwatch(tab, ask.channel, now);
        return;
      case 'publish':
        this.#do(this.#session.publish(ask.channel, ask.mid, ask.body, now));
        return;
      case 'stream':
        this.#recordings.begin(ask.stream, ask.storedUpto);
        return;
      case 'record':
        this.#recordings.record(ask.stream, ask.sample);
        this.#send(now);
        return;
    }
  }

  #who(member: string | null, now: number): void {
    const { state } = this.#session.connection;
    if (member === this.#member && (member === null || state !== 'stopped')) return;
    if (member !== this.#member) {
      this.#member = member;
      this.#do(this.#session.stop(now));
      void this.#recordings.belongTo(member);
    }
    if (member !== null) this.#do(this.#session.start(now));
  }

  /** What is known of a channel already, for a tab that comes later. */
  #replay(tab: Tab, channel: string): void {
    const kept = this.#session.subscriptions.find(channel);
    if (kept === undefined || kept.delivers === null || kept.denied !== null) return;
    const news: News[] = [{ news: 'subscribed', channel, delivers: kept.delivers, bridged: false }];
    if (kept.rows.size > 0) {
      const upserts = Object.fromEntries(kept.rows);
      if (kept.delivers === 'tick') {
        news.push({
          news: 'tick',
          channel,
          t: this.#wall(),
          rows: Object.values(upserts) as (number | null)[][],
        });
      } else {
        news.push({ news: 'rows', channel, whole: true, upserts, removes: [] });
      }
    }
    if (kept.recent.length > 0) news.push({ news: 'events', channel, heard: [...kept.recent] });
    tab.listener.tell(news);
  }

  #unwatch(tab: Tab, channel: string, now: number): void {
    if (!tab.channels.delete(channel)) return;
    for (const other of this.#tabs) if (other.channels.has(channel)) return;
    this.#session.subscriptions.unwatch(channel, now);
  }

  #leave(tab: Tab): void {
    const now = this.#wall();
    this.#tabs.delete(tab);
    for (const channel of [...tab.channels]) this.#unwatch(tab, channel, now);
    this.#look();
  }

  #look(): void {
    let visible = false;
    for (const tab of this.#tabs) visible ||= tab.visible;
    this.#do(this.#session.look(visible));
  }

  #beat(): void {
    const now = this.#wall();
    for (const tab of this.#tabs) if (now - tab.heardAt > SILENT_TAB_MS) this.#leave(tab);
    if (this.#steps.stepped(now, performance.now())) this.#do(this.#session.clockStepped(now));
    this.#do(this.#session.beat(now));
    this.#recordings.save();
    this.#send(now);
  }

  #send(now: number): void {
    if (this.#session.connection.state !== 'online') return;
    const frames = this.#recordings.due(now);
    if (frames.length > 0) this.#do(this.#session.say(frames));
  }

  #do(intents: readonly Intent[]): void {
    const news: News[] = [];
    for (const intent of intents) {
      switch (intent.do) {
        case 'open':
          this.#line.open(intent.link);
          break;
        case 'send':
          this.#line.send(intent.link, intent.frames);
          break;
        case 'close':
          this.#line.close(intent.link, intent.code);
          break;
        case 'wake':
          setTimeout(() => this.#do(this.#session.beat(this.#wall())), intent.inMs);
          break;
        case 'tell':
          this.#note(intent.news);
          news.push(intent.news);
      }
    }
    if (news.length > 0) this.#route(news);
  }

  #note(news: News): void {
    if (news.news === 'clock') this.#clock = news;
    else if (news.news === 'error') this.#recordings.refused(news.code, this.#wall());
    else if (news.news === 'ingested') this.#recordings.acknowledged(news.stream, news.upto, this.#wall());
    else if (news.news === 'connection' && news.connection.state === 'online') this.#recordings.rewind();
  }

  #route(news: readonly News[]): void {
    for (const tab of this.#tabs) {
      const concerns = news.filter((one) => !('channel' in one) || tab.channels.has(one.channel));
      if (concerns.length > 0) tab.listener.tell(concerns);
    }
  }
}
