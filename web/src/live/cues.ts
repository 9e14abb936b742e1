/** Sounds and vibration at the changes of a programme: scheduled ahead, so that a busy page is not late. */
import type { Phase } from './timeline';

/** Look this far ahead each time; the page may be kept from running for almost as long. */
const AHEAD_MS = 1_500;
const COUNTED_S = [3, 2, 1] as const;

interface Cue {
  /** Programme time at which it sounds; it names the cue, so that none sounds twice. */
  readonly atMs: number;
  readonly kind: 'tick' | 'go' | 'rest' | 'done';
}

/** The cues between `phase` and `aheadMs` later, in programme time. Pure. */
export function cuesAhead(phase: Phase, totalMs: number, aheadMs = AHEAD_MS): Cue[] {
  if (phase.paused || (phase.stage !== 'countdown' && phase.stage !== 'running')) return [];
  const changeMs = phase.stage === 'countdown' ? 0 : (phase.now?.toMs ?? 0);
  const cues: Cue[] = [];
  if (!Number.isFinite(changeMs)) return cues;
  const until = phase.elapsedMs + aheadMs;
  for (const second of COUNTED_S) cues.push({ atMs: changeMs - second * 1000, kind: 'tick' });
  const next = phase.next?.block.kind;
  const kind = changeMs >= totalMs ? 'done' : next === 'rest' || next === 'cooldown' ? 'rest' : 'go';
  cues.push({ atMs: changeMs, kind });
  return cues.filter(({ atMs }) => atMs >= phase.elapsedMs && atMs <= until);
}

const SOUND = {
  tick: { hz: 660, forS: 0.09, loud: 0.25 },
  go: { hz: 1_046, forS: 0.5, loud: 0.4 },
  rest: { hz: 523, forS: 0.45, loud: 0.35 },
  done: { hz: 784, forS: 0.9, loud: 0.4 },
} as const;
const VIBRATION = { tick: 0, go: [180, 60, 180], rest: 220, done: [200, 80, 200, 80, 400] } as const;

/** Plays cues. A browser wants a touch first: call `unlock` from one. */
export class CuePlayer {
  #audio: AudioContext | null = null;
  #played = new Set<number>();

  /** Whether sound is ready; false before the first touch, or where there is no Web Audio. */
  get isReady(): boolean {
    return this.#audio?.state === 'running';
  }

  async unlock(): Promise<boolean> {
    if (typeof AudioContext === 'undefined') return false;
    this.#audio ??= new AudioContext();
    await this.#audio.resume().catch(() => undefined);
    return this.isReady;
  }

  /** The sound check: what a start will sound like. */
  async test(): Promise<boolean> {
    if (!(await this.unlock())) return false;
    this.#play('tick', 0);
    this.#play('go', 0.5);
    vibrate('go');
    return true;
  }

  /** Call a few times a second: schedules what comes next, once. */
  follow(phase: Phase, totalMs: number): void {
    for (const cue of cuesAhead(phase, totalMs)) {
      if (this.#played.has(cue.atMs)) continue;
      this.#played.add(cue.atMs);
      const inMs = cue.atMs - phase.elapsedMs;
      if (this.isReady) this.#play(cue.kind, inMs / 1000);
      setTimeout(() => vibrate(cue.kind), inMs);
    }
    if (phase.paused) this.#played.clear();
  }

  close(): void {
    void this.#audio?.close();
    this.#audio = null;
  }

  #play(kind: Cue['kind'], inS: number): void {
    const audio = this.#audio;
    if (audio === null) return;
    const { hz, forS, loud } = SOUND[kind];
    const at = audio.currentTime + inS;
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.type = 'triangle';
    tone.frequency.value = hz;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loud, at + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.001, at + forS);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + forS + 0.05);
  }
}

function vibrate(kind: Cue['kind']): void {
  const pattern = VIBRATION[kind];
  if (pattern === 0 || !('vibrate' in navigator)) return;
  navigator.vibrate(typeof pattern === 'number' ? pattern : [...pattern]);
}
