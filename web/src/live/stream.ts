/** Server-sent events down and POST up, for a session's intents where no WebSocket gets through. */
import { type AnyClientFrame, type AnyServerFrame, decode } from './frames';
import type { SocketEvents } from './socket';

const STREAM = '/api/live/stream';
const FRAMES_A_MESSAGE = 32;
const MESSAGE_CHARS = 60_000;
/** Codes of a socket: it broke; nobody is known by this session. */
const BROKE = 1_006;
const NOBODY = 4_500;

interface Open {
  readonly abort: AbortController;
  readonly waiting: string[];
  sid: string | null;
  csrf: string | null;
  posting: boolean;
  code: number;
}

export class Streams {
  readonly #events: SocketEvents;
  readonly #fetch: typeof fetch;
  readonly #open = new Map<number, Open>();

  constructor(events: SocketEvents, get: typeof fetch = (...asked) => fetch(...asked)) {
    this.#events = events;
    this.#fetch = get;
  }

  open(link: number): void {
    const abort = new AbortController();
    const one: Open = { abort, waiting: [], sid: null, csrf: null, posting: false, code: BROKE };
    this.#open.set(link, one);
    void this.#listen(link, one)
      .catch(() => undefined)
      .then(() => {
        abort.abort();
        if (this.#open.delete(link)) this.#events.closed(link, one.code);
      });
  }

  send(link: number, frames: readonly AnyClientFrame[]): void {
    const one = this.#open.get(link);
    if (one === undefined) return;
    one.waiting.push(...frames.map((frame) => JSON.stringify(frame)));
    if (!one.posting) void this.#post(one);
  }

  /** Close it, and hear no more of it: whoever closes knows. */
  close(link: number): void {
    const one = this.#open.get(link);
    this.#open.delete(link);
    one?.abort.abort();
  }

  async #listen(link: number, one: Open): Promise<void> {
    const { signal } = one.abort;
    const session = await this.#fetch('/api/session', { signal, cache: 'no-store' });
    one.csrf = ((await session.json()) as { csrf_token: string | null }).csrf_token;
    const answer = await this.#fetch(STREAM, { signal, cache: 'no-store' });
    if (answer.status === 401) one.code = NOBODY;
    if (!answer.ok || answer.body === null) return;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const messages = (text + value).split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) this.#take(link, one, message);
    }
  }

  #take(link: number, one: Open, message: string): void {
    const lines = message.split('\n');
    const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
    if (!this.#open.has(link) || data.length === 0) return;
    if (lines[0] === 'event: stream') {
      one.sid = (JSON.parse(data.join('')) as { sid: string }).sid;
      this.#events.opened(link);
      return;
    }
    const frames: AnyServerFrame[] = decode(data.join('\n'));
    for (const frame of frames) if (frame.type === 'bye') one.code = frame.code;
    this.#events.heard(link, frames);
  }

  /** One message at a time keeps the order; what is said meanwhile goes with the next. */
  async #post(one: Open): Promise<void> {
    one.posting = true;
    try {
      while (one.waiting.length > 0) {
        const answer = await this.#fetch(`${STREAM}/${one.sid}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/x-ndjson', 'X-CSRF-Token': one.csrf ?? '' },
          body: nextMessage(one.waiting),
          signal: one.abort.signal,
        });
        if (answer.status === 401) one.code = NOBODY;
        if (!answer.ok) throw new Error('not taken');
      }
    } catch {
      // Nobody knows what arrived: as when a socket breaks, another one resumes.
      one.abort.abort();
    }
    one.posting = false;
  }
}

/** Takes as many lines as one message may have. */
function nextMessage(waiting: string[]): string {
  let chars = waiting[0]?.length ?? 0;
  let count = 1;
  while (count < Math.min(waiting.length, FRAMES_A_MESSAGE)) {
    chars += 1 + (waiting[count]?.length ?? 0);
    if (chars > MESSAGE_CHARS) break;
    count += 1;
  }
  return waiting.splice(0, count).join('\n');
}
