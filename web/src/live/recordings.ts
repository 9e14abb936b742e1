/** All streams that a member of this device records, and their way into storage and out of it. */
import type { AnyClientFrame, Row } from './frames';
import type { News } from './news';
import { Recorder } from './recorder';
import type { SampleStore, SavedSample } from './samples-db';

/** After these the hub never takes more of a stream. */
const FINAL = new Set(['session_over', 'stream_not_found', 'not_on_the_roster', 'not_allowed']);
const SILENCE_MS = 3_000;

export class Recordings {
  readonly #store: SampleStore;
  readonly #tell: (news: News) => void;
  #member: string | null = null;
  #streams = new Map<string, Recorder>();
  #saved: SavedSample[] = [];
  #unsaved: SavedSample[] = [];
  #early: { stream: string; sample: Row }[] = [];
  #known: { stream: string; storedUpto: number }[] = [];
  /** Given up: nothing more is recorded under them until somebody opens them anew. */
  readonly #over = new Set<string>();
  #ready = false;
  #isCareful = false;
  #quietUntil = 0;

  constructor(store: SampleStore, tell: (news: News) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  /** What this member recorded here before comes back; numbers are given only once it has. */
  async belongTo(member: string | null): Promise<void> {
    this.#member = member;
    this.#streams = new Map();
    this.#early = [];
    this.#known = [];
    this.#over.clear();
    this.#ready = false;
    if (member === null) return;
    const saved = await this.#store.load(member);
    if (this.#member !== member) return;
    this.#saved = saved;
    this.#ready = true;
    for (const stream of new Set(saved.map((one) => one.stream))) this.#stream(stream, 0);
    for (const { stream, storedUpto } of this.#known) this.begin(stream, storedUpto);
    for (const { stream, sample } of this.#early) this.record(stream, sample);
  }

  /** The hub says how far it has a stream already. */
  begin(stream: string, storedUpto: number): void {
    if (!this.#ready) {
      this.#known.push({ stream, storedUpto });
      return;
    }
    this.#over.delete(stream);
    this.#stream(stream, storedUpto).acknowledged(storedUpto, 0);
    this.#report(stream);
  }

  record(stream: string, sample: Row): void {
    if (!this.#ready || this.#member === null) {
      this.#early.push({ stream, sample });
      return;
    }
    if (this.#over.has(stream)) return;
    const { seq } = this.#stream(stream, 0).add(sample);
    this.#unsaved.push({ member: this.#member, stream, seq, sample });
  }

  acknowledged(stream: string, upto: number, now: number): void {
    this.#streams.get(stream)?.acknowledged(upto, now);
    if (this.#member !== null) void this.#store.drop(this.#member, stream, upto);
    this.#report(stream);
  }

  /**
   * The hub will not take samples, and does not say of which stream. With one on its way it is that one:
   * it is given up. With several they are tried one by one, after a silence in which stray answers run dry.
   */
  refused(code: string, now: number): void {
    if (!FINAL.has(code) || now < this.#quietUntil) return;
    const waiting = [...this.#streams.values()].filter(({ pending }) => pending > 0);
    const [first] = waiting;
    if (first === undefined) return;
    if (waiting.length > 1 && !this.#isCareful) {
      this.#isCareful = true;
      this.#quietUntil = now + SILENCE_MS;
      this.rewind();
      return;
    }
    this.#isCareful = false;
    this.#quietUntil = now + SILENCE_MS;
    this.#streams.delete(first.stream);
    this.#over.add(first.stream);
    this.#saved = this.#saved.filter(({ stream }) => stream !== first.stream);
    this.#unsaved = this.#unsaved.filter(({ stream }) => stream !== first.stream);
    if (this.#member !== null) void this.#store.drop(this.#member, first.stream, Number.MAX_SAFE_INTEGER);
    this.#tell({ news: 'recording', stream: first.stream, pending: 0, upto: first.upto });
  }

  rewind(): void {
    for (const recorder of this.#streams.values()) recorder.rewind();
  }

  due(now: number): AnyClientFrame[] {
    if (now < this.#quietUntil) return [];
    const all = [...this.#streams.values()];
    const tried = this.#isCareful ? all.filter(({ pending }) => pending > 0).slice(0, 1) : all;
    return tried.flatMap((recorder) => recorder.due(now));
  }

  /** Keep what is new; called once a second, so that a workout does not wear the storage out. */
  save(): void {
    if (this.#unsaved.length === 0) return;
    const upto = new Map([...this.#streams].map(([stream, recorder]) => [stream, recorder.upto]));
    const still = this.#unsaved.filter(({ stream, seq }) => seq > (upto.get(stream) ?? 0));
    for (const stream of new Set(this.#unsaved.map((one) => one.stream))) this.#report(stream);
    this.#unsaved = [];
    if (still.length > 0) void this.#store.add(still);
  }

  #stream(stream: string, storedUpto: number): Recorder {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    const saved = this.#saved.filter((one) => one.stream === stream);
    const recorder = new Recorder(stream, storedUpto, saved);
    this.#streams.set(stream, recorder);
    return recorder;
  }

  #report(stream: string): void {
    const recorder = this.#streams.get(stream);
    if (recorder === undefined) return;
    this.#tell({ news: 'recording', stream, pending: recorder.pending, upto: recorder.upto });
  }
}
