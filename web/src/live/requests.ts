/** What I said and nobody has confirmed yet. The same `mid` has one effect, so it is sent until it is answered. */
import type { AnyClientFrame } from './frames';
import type { News } from './news';

/** After this long without an answer the member is told, and may try again by hand. */
const GIVE_UP_MS = 60_000;

interface Pending {
  readonly id: number;
  readonly channel: string;
  readonly mid: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly since: number;
  /** Not before then: the hub asked for a pause. */
  readonly notBefore: number;
}

export class Requests {
  readonly #pending = new Map<number, Pending>();
  readonly #tell: (news: News) => void;
  readonly #nextId: () => number;

  constructor(tell: (news: News) => void, nextId: () => number) {
    this.#tell = tell;
    this.#nextId = nextId;
  }

  publish(
    channel: string,
    mid: string,
    body: Readonly<Record<string, unknown>>,
    now: number,
  ): AnyClientFrame {
    const pending = { id: this.#nextId(), channel, mid, body, since: now, notBefore: now };
    this.#pending.set(pending.id, pending);
    return frame(pending);
  }

  /** A new socket: everything unanswered is said again. */
  again(now: number): AnyClientFrame[] {
    return [...this.#pending.values()].filter((pending) => pending.notBefore <= now).map(frame);
  }

  confirmed(id: number, seq: number | null): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#tell({ news: 'published', mid: pending.mid, seq });
  }

  refused(id: number, code: string, retryAfterS: number | null, now: number): boolean {
    const pending = this.#pending.get(id);
    if (pending === undefined) return false;
    // With a time it is a refusal that passes: said again then.
    if (retryAfterS !== null) {
      this.#pending.set(id, { ...pending, notBefore: now + retryAfterS * 1000 });
      return true;
    }
    this.#refuse(pending, code);
    return true;
  }

  /** Time passed: gives up on what is too old; answers what waited for its moment. */
  beat(now: number): AnyClientFrame[] {
    const due: AnyClientFrame[] = [];
    for (const pending of [...this.#pending.values()]) {
      if (now - pending.since > GIVE_UP_MS) {
        this.#refuse(pending, 'unanswered');
      } else if (pending.notBefore > pending.since && pending.notBefore <= now) {
        this.#pending.set(pending.id, { ...pending, notBefore: pending.since });
        due.push(frame(pending));
      }
    }
    return due;
  }

  /** Another member: what the last one said is not said in their name. */
  forget(): void {
    for (const pending of [...this.#pending.values()]) this.#refuse(pending, 'identity');
  }

  #refuse(pending: Pending, code: string): void {
    this.#pending.delete(pending.id);
    this.#tell({ news: 'refused', mid: pending.mid, code });
  }
}

function frame({ id, channel, mid, body }: Pending): AnyClientFrame {
  return { type: 'publish', id, channel, mid, body: { ...body } };
}
