/** The whole of a live connection without any I/O: frames and moments in, intents out. */
import { backoff } from './backoff';
import type { AnyClientFrame, AnyServerFrame } from './frames';
import { type Intent, type Link, newLink } from './intents';
import type { Connection, News } from './news';
import * as patience from './patience';
import { Requests } from './requests';
import { Subscriptions } from './subscriptions';
import { Timekeeper } from './timekeeper';

export class Session {
  readonly subscriptions: Subscriptions;
  connection: Connection = { state: 'idle', since: 0, onlineAt: null, retryAt: null, code: null };
  readonly #random: () => number;
  readonly #time: Timekeeper;
  readonly #requests: Requests;
  #out: Intent[] = [];
  #ids = 0;
  #links = 0;
  #current: Link | null = null;
  #next: Link | null = null;
  #wanted = false;
  #tries = 0;
  #retryAt: number | null = null;
  #drainAt: number | null = null;
  #probeBy: number | null = null;
  #nudgedAt = Number.NEGATIVE_INFINITY;
  #visible = true;

  constructor(random: () => number) {
    this.#random = random;
    const tell = (news: News) => void this.#out.push({ do: 'tell', news });
    const nextId = () => ++this.#ids;
    this.subscriptions = new Subscriptions(tell, nextId);
    this.#requests = new Requests(tell, nextId);
    this.#time = new Timekeeper(tell);
  }

  start(now: number): Intent[] {
    this.#wanted = true;
    this.#tries = 0;
    if (this.#current === null) this.#open(now);
    return this.#flush();
  }

  /** Stop, and forget whose session it was. */
  stop(now: number): Intent[] {
    this.#wanted = false;
    for (const link of [this.#current, this.#next]) {
      if (link !== null) this.#out.push({ do: 'close', link: link.id, code: 1000 });
    }
    this.#current = this.#next = null;
    this.#retryAt = this.#drainAt = this.#probeBy = null;
    this.#requests.forget();
    this.subscriptions.forget();
    this.#move('idle', now);
    return this.#flush();
  }

  watch(channel: string, history = 0): Intent[] {
    const ask = this.subscriptions.watch(channel, history);
    if (ask !== null) this.#say([ask]);
    return this.#flush();
  }

  publish(channel: string, mid: string, body: Readonly<Record<string, unknown>>, now: number): Intent[] {
    this.#say([this.#requests.publish(channel, mid, body, now)]);
    return this.#flush();
  }

  /** Samples and the like: said if the socket is up, else the caller's to say again. */
  say(frames: readonly AnyClientFrame[]): Intent[] {
    this.#say(frames);
    return this.#flush();
  }

  look(visible: boolean): Intent[] {
    if (visible !== this.#visible) {
      this.#visible = visible;
      this.#say([{ type: 'hint', visible }]);
    }
    return this.#flush();
  }

  /** The network came back, or the page did: try at once, or see whether the socket still lives. */
  nudge(now: number): Intent[] {
    const { state, code } = this.connection;
    if (this.#retryAt !== null || (state === 'stopped' && code === patience.CONNECTION_LIMIT)) {
      if (now - this.#nudgedAt < patience.NUDGE_EVERY_MS) return this.#flush();
      this.#nudgedAt = now;
      this.#open(now);
    } else if (this.#current?.welcomed === true && this.#probeBy === null) {
      this.#probeBy = now + patience.PROBE_WITHIN_MS;
      this.#say([{ type: 'time', t0: now }]);
      this.#out.push({ do: 'wake', inMs: patience.PROBE_WITHIN_MS + 1 });
    }
    return this.#flush();
  }

  /** Open the next socket while this one serves, as if its node were leaving. */
  elsewhere(now: number): Intent[] {
    this.#drainIn(0, now);
    return this.#flush();
  }

  /** This device's clock was set: ask the time afresh. */
  clockStepped(now: number): Intent[] {
    this.#say(this.#time.stepped(now));
    return this.#flush();
  }

  opened(id: number, now: number): Intent[] {
    const link = this.#link(id);
    if (link !== null) {
      link.heardAt = now;
      link.greetedAtId = this.#ids;
      const connect = { type: 'connect', ...this.subscriptions.wanted(), t0: now } as const;
      const frames: AnyClientFrame[] = [connect];
      if (!this.#visible) frames.push({ type: 'hint', visible: false });
      this.#out.push({ do: 'send', link: id, frames });
    }
    return this.#flush();
  }

  heard(id: number, frames: readonly AnyServerFrame[], now: number): Intent[] {
    for (const frame of frames) {
      const link = this.#link(id);
      if (link === null) break;
      link.heardAt = now;
      this.#take(link, frame, now);
    }
    return this.#flush();
  }

  closed(id: number, code: number, now: number): Intent[] {
    if (this.#next?.id === id) {
      this.#next = null;
      if (code < patience.STAY_AWAY) this.#drainIn(backoff(this.#tries++, this.#random()), now);
    } else if (this.#current?.id === id) {
      this.#lost(code, now);
    }
    return this.#flush();
  }

  /** Time passed. */
  beat(now: number): Intent[] {
    const link = this.#current;
    if (this.#retryAt !== null && now >= this.#retryAt) this.#open(now);
    if (this.#drainAt !== null && now >= this.#drainAt) this.#succeed(now);
    for (const one of [this.#next, link]) {
      if (one !== null && !one.welcomed && now - one.openedAt > patience.WELCOME_WITHIN_MS)
        this.#abandon(one, now);
    }
    if (link?.welcomed === true && link === this.#current) {
      const silent = now - link.heardAt > 2 * link.pingMs + patience.PROBE_WITHIN_MS;
      const unanswered = this.#probeBy !== null && now > this.#probeBy;
      if (silent || unanswered) this.#abandon(link, now);
      else if (now - link.openedAt > patience.STEADY_MS) this.#tries = 0;
    }
    const frames = [...this.subscriptions.sweep(now), ...this.#requests.beat(now)];
    if (frames.length > 0) this.#say(frames);
    return this.#flush();
  }

  #take(link: Link, frame: AnyServerFrame, now: number): void {
    this.#probeBy = null;
    switch (frame.type) {
      case 'welcome':
        this.#welcomed(link, frame, now);
        return;
      case 'ping':
        this.#out.push({ do: 'send', link: link.id, frames: this.#time.pinged(frame.t, now) });
        return;
      case 'time':
        this.#say(this.#time.answered(frame, now));
        return;
      case 'drain':
        // The hub shares the moments out: more chance would make a herd of them.
        this.#drainIn(frame.slot_ms, now);
        return;
      case 'ok':
        this.#requests.confirmed(frame.id, frame.seq ?? null);
        return;
      case 'error':
        this.#refused(frame, now);
        return;
      case 'ingested':
        this.#out.push({ do: 'tell', news: { news: 'ingested', stream: frame.stream, upto: frame.upto } });
        return;
      case 'bye':
        return;
      default: {
        const ask = this.subscriptions.heard(link.cids, frame);
        if (ask !== null) this.#out.push({ do: 'send', link: link.id, frames: [ask] });
      }
    }
  }

  #welcomed(link: Link, frame: Extract<AnyServerFrame, { type: 'welcome' }>, now: number): void {
    const successor = link === this.#next;
    link.welcomed = true;
    link.pingMs = frame.ping_s * 1000;
    if (successor) {
      const before = this.#current;
      this.#current = link;
      this.#next = null;
      if (before !== null) this.#out.push({ do: 'close', link: before.id, code: 1000 });
    }
    // What was asked on a socket that is gone will not be answered; what followed this `connect` will be.
    const asks = this.subscriptions.tookOver(frame.results, successor ? this.#ids : link.greetedAtId);
    this.#time.welcomed(frame, now);
    this.#move('online', now);
    this.#say([{ type: 'time', t0: now }, ...this.#requests.again(now), ...asks]);
  }

  #refused({ id, code, retry_after }: Extract<AnyServerFrame, { type: 'error' }>, now: number): void {
    const wait = retry_after ?? null;
    if (id === undefined || id === null) this.#out.push({ do: 'tell', news: { news: 'error', code } });
    else if (!this.subscriptions.refused(id, code, wait, now)) this.#requests.refused(id, code, wait, now);
  }

  /** A socket of mine is gone: try again after a while, unless the hub said to stay away. */
  #lost(code: number, now: number): void {
    this.#current = this.#next;
    this.#next = null;
    this.#drainAt = this.#probeBy = null;
    if (this.#current !== null) {
      this.#move('connecting', now);
    } else if (code >= patience.STAY_AWAY || !this.#wanted) {
      this.#move('stopped', now, code);
    } else {
      const wait = backoff(this.#tries++, this.#random());
      this.#retryAt = now + wait;
      this.#move('waiting', now, code);
      this.#out.push({ do: 'wake', inMs: wait });
    }
  }

  /** No word from it in too long: it is as good as closed. */
  #abandon(link: Link, now: number): void {
    this.#out.push({ do: 'close', link: link.id, code: patience.SILENT });
    if (link === this.#next) {
      this.#next = null;
      this.#drainIn(backoff(this.#tries++, this.#random()), now);
    } else {
      this.#lost(patience.SILENT, now);
    }
  }

  #open(now: number): void {
    this.#retryAt = null;
    this.#current = this.#dial(now);
    this.#move('connecting', now);
  }

  /** Make before break: the next socket resumes while this one still delivers. */
  #succeed(now: number): void {
    this.#drainAt = null;
    if (this.#current?.welcomed === true && this.#next === null) this.#next = this.#dial(now);
  }

  #drainIn(ms: number, now: number): void {
    this.#drainAt = now + ms;
    this.#out.push({ do: 'wake', inMs: ms });
  }

  #dial(now: number): Link {
    this.#links += 1;
    const link = newLink(this.#links, now);
    this.#out.push({ do: 'open', link: link.id });
    this.#out.push({ do: 'wake', inMs: patience.WELCOME_WITHIN_MS + 1 });
    return link;
  }

  #link(id: number): Link | null {
    if (this.#current?.id === id) return this.#current;
    return this.#next?.id === id ? this.#next : null;
  }

  /** On the current socket, if it has said `connect`; else `connect` itself will say what is watched. */
  #say(frames: readonly AnyClientFrame[]): void {
    const link = this.#current;
    if (link !== null && link.greetedAtId !== null && frames.length > 0) {
      this.#out.push({ do: 'send', link: link.id, frames });
    }
  }

  #move(state: Connection['state'], now: number, code: number | null = null): void {
    const { onlineAt: before, state: from } = this.connection;
    const onlineAt = state === 'online' || from === 'online' ? now : before;
    this.connection = { state, since: now, onlineAt, retryAt: this.#retryAt, code };
    this.#out.push({ do: 'tell', news: { news: 'connection', connection: this.connection } });
  }

  #flush(): Intent[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
