/** My own samples on their way to the hub: numbered, kept until they are durable there. Without any I/O. */
import type { AnyClientFrame, Row } from './frames';

const PER_FRAME = 50;
/** Unacknowledged for this long: said again. */
const AGAIN_MS = 5_000;

export interface Numbered {
  readonly seq: number;
  readonly sample: Row;
}

/** One stream. Numbers run from 1 without a hole; `ingested` says up to where they are safe. */
export class Recorder {
  readonly stream: string;
  #pending: Numbered[] = [];
  #upto: number;
  #next: number;
  #sent: number;
  /** When the oldest unanswered frame left, or the last answer came. */
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(stream: string, storedUpto: number, saved: readonly Numbered[] = []) {
    this.stream = stream;
    this.#pending = saved.filter(({ seq }) => seq > storedUpto).sort((a, b) => a.seq - b.seq);
    this.#upto = storedUpto;
    this.#sent = storedUpto;
    this.#next = (this.#pending.at(-1)?.seq ?? storedUpto) + 1;
  }

  get pending(): number {
    return this.#pending.length;
  }

  get upto(): number {
    return this.#upto;
  }

  /** The lowest number that is still needed here. */
  get first(): number {
    return this.#pending[0]?.seq ?? this.#next;
  }

  add(sample: Row): Numbered {
    const numbered = { seq: this.#next++, sample };
    this.#pending.push(numbered);
    return numbered;
  }

  /**
   * Everything up to `upto` is durable. Numbers beyond mine mean that another device of mine records into
   * the same stream: mine go on after theirs.
   */
  acknowledged(upto: number, now: number): void {
    if (upto <= this.#upto) return;
    this.#sentAt = now;
    this.#upto = upto;
    this.#pending = this.#pending.filter(({ seq }) => seq > upto);
    this.#sent = Math.max(this.#sent, upto);
    this.#next = Math.max(this.#next, upto + 1);
  }

  /** A new socket: nothing counts as sent. */
  rewind(): void {
    this.#sent = this.#upto;
  }

  /**
   * What to send now: what was not sent yet, or all that is unacknowledged once it took too long. One frame
   * a call, so that a long backlog does not go over the hub's limit.
   */
  due(now: number): AnyClientFrame[] {
    if (this.#sent > this.#upto && now - this.#sentAt > AGAIN_MS) this.rewind();
    const batch = this.#pending.filter(({ seq }) => seq > this.#sent).slice(0, PER_FRAME);
    const first = batch[0];
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return [];
    if (this.#sent === this.#upto) this.#sentAt = now;
    this.#sent = last.seq;
    const samples = batch.map(({ sample }) => sample);
    return [{ type: 'ingest', stream: this.stream, first_seq: first.seq, samples }];
  }
}
