import { useCallback, useMemo, useRef } from 'react';
import { clock } from '../../format/duration';
import type { Phase, Stretch, Timeline } from '../../live/timeline';
import { language, t } from '../../locales/t';
import { blockName } from './block-name';
import styles from './Ring.module.css';
import { type Clockwork, useFrames } from './room';

const SIZE = 400;
const MIDDLE = SIZE / 2;
const INNER = 158;
const OUTER = 190;
const ROUND = 2 * Math.PI * INNER;
/** More than these would be dust: the programme is then one arc. */
const MOST_ARCS = 64;

/**
 * The interval ring: how much of this block is left, huge, and where it stands in the whole programme.
 * It is painted each frame from the clock; React renders it when the block changes.
 */
export function Ring({ clockwork, phase }: { clockwork: Clockwork; phase: Phase }) {
  const time = useRef<HTMLSpanElement>(null);
  const arc = useRef<SVGCircleElement>(null);
  const hand = useRef<SVGGElement>(null);
  const paint = useCallback(() => {
    const now = clockwork.at();
    const text = timeText(now);
    if (time.current !== null && time.current.textContent !== text) {
      time.current.textContent = text;
      time.current.style.setProperty('--em', String(widthOf(text)));
    }
    // In steps that an eye can see: most frames touch nothing, and cost nothing.
    const offset = (ROUND * (1 - shareLeft(now))).toFixed(1);
    if (arc.current !== null && arc.current.style.strokeDashoffset !== offset) {
      arc.current.style.strokeDashoffset = offset;
    }
    const { totalMs } = clockwork.timeline;
    const share = Number.isFinite(totalMs) ? Math.min(1, Math.max(0, now.elapsedMs / totalMs)) : 0;
    const turn = `rotate(${(share * 360).toFixed(1)} ${MIDDLE} ${MIDDLE})`;
    if (hand.current !== null && hand.current.getAttribute('transform') !== turn) {
      hand.current.setAttribute('transform', turn);
    }
  }, [clockwork]);
  useFrames(paint);

  return (
    <div className={styles.ring} data-kind={phaseKind(phase)}>
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} aria-hidden="true" className={styles.drawing}>
        <Whole
          timeline={clockwork.timeline}
          at={phase.now?.index ?? (phase.stage === 'done' ? Infinity : -1)}
        />
        <g ref={hand} className={styles.hand}>
          <circle cx={MIDDLE} cy={MIDDLE - OUTER} r="7" />
        </g>
        <circle className={styles.track} cx={MIDDLE} cy={MIDDLE} r={INNER} />
        <circle
          ref={arc}
          className={styles.arc}
          cx={MIDDLE}
          cy={MIDDLE}
          r={INNER}
          strokeDasharray={ROUND}
          transform={`rotate(-90 ${MIDDLE} ${MIDDLE})`}
        />
      </svg>
      <div className={styles.face}>
        <p className={styles.block}>{title(phase)}</p>
        <p className={styles.time} role="timer" aria-live="off">
          <span ref={time} className="num" data-testid="ring-time" />
        </p>
        <div className={styles.after}>
          {phase.now !== null && phase.now.rounds > 1 && (
            <p className={styles.round}>{roundText(phase.now)}</p>
          )}
          <p className={styles.next}>{nextText(phase)}</p>
        </div>
      </div>
      <p className="sr" aria-live="polite">
        {spoken(phase)}
      </p>
    </div>
  );
}

/** The whole programme around the ring, a piece a block; what is behind is dim. */
function Whole({ timeline, at }: { timeline: Timeline; at: number }) {
  const arcs = useMemo(() => {
    const { stretches, totalMs } = timeline;
    if (!Number.isFinite(totalMs) || stretches.length > MOST_ARCS) return [];
    const gap = stretches.length > 1 ? 0.006 : 0;
    return stretches.map(({ fromMs, toMs, block, index }) => ({
      index,
      kind: block.kind,
      path: arcPath(fromMs / totalMs + gap / 2, Math.max(toMs / totalMs - gap / 2, fromMs / totalMs + 0.002)),
    }));
  }, [timeline]);
  if (arcs.length === 0) return <circle className={styles.plain} cx={MIDDLE} cy={MIDDLE} r={OUTER} />;
  return arcs.map(({ index, kind, path }) => (
    <path
      key={index}
      d={path}
      className={styles.piece}
      data-kind={kind}
      data-when={index < at ? 'past' : index === at ? 'now' : 'later'}
    />
  ));
}

function arcPath(from: number, to: number): string {
  const point = (share: number) => {
    const angle = share * 2 * Math.PI - Math.PI / 2;
    return `${(MIDDLE + OUTER * Math.cos(angle)).toFixed(2)} ${(MIDDLE + OUTER * Math.sin(angle)).toFixed(2)}`;
  };
  const end = Math.min(to, from + 0.9999);
  return `M${point(from)} A${OUTER} ${OUTER} 0 ${end - from > 0.5 ? 1 : 0} 1 ${point(end)}`;
}

function shareLeft(phase: Phase): number {
  if (phase.stage === 'countdown') return Math.min(1, (phase.remainingMs ?? 0) / 10_000);
  if (phase.stage !== 'running') return phase.stage === 'done' ? 0 : 1;
  if (phase.now === null || phase.remainingMs === null) return 1;
  return phase.remainingMs / (phase.now.toMs - phase.now.fromMs);
}

/** About how wide a time is, in ems: digits are 0.64, colons half of it. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter === ':' ? 0.34 : 0.64), 0);
}

/** Whole seconds, as a person counts: the last one is shown until it is over. */
export function timeText(phase: Phase): string {
  if (phase.stage === 'countdown') return String(Math.ceil((phase.remainingMs ?? 0) / 1000));
  if (phase.stage === 'done') return clock(phase.elapsedMs / 1000);
  if (phase.remainingMs === null) return clock(Math.floor(phase.intoMs / 1000));
  return clock(Math.ceil(phase.remainingMs / 1000));
}

export function phaseKind(phase: Phase): string {
  if (phase.paused) return 'paused';
  return phase.stage === 'running' ? (phase.now?.block.kind ?? 'free') : phase.stage;
}

export function title(phase: Phase): string {
  if (phase.paused) return t('room.paused');
  if (phase.stage === 'countdown') return t('room.ready');
  if (phase.stage === 'done') return t('room.done');
  return phase.now === null ? '' : blockName(phase.now.block);
}

function roundText({ round, rounds }: Stretch): string {
  return t('room.round', { round, rounds });
}

function nextText(phase: Phase): string {
  if (phase.next === null)
    return phase.stage === 'running' && phase.remainingMs !== null ? t('room.last') : '\u00a0';
  const { block } = phase.next;
  const length = block.duration_s === null ? '' : ` ${clock(block.duration_s)}`;
  return t('room.next', { block: `${blockName(block)}${length}` });
}

/** What a screen reader hears when the block changes. */
function spoken(phase: Phase): string {
  const seconds = phase.now?.block.duration_s;
  const forHow =
    phase.stage === 'running' && seconds != null
      ? new Intl.NumberFormat(language(), { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(
          seconds,
        )
      : '';
  return [title(phase), forHow, phase.now !== null && phase.now.rounds > 1 ? roundText(phase.now) : '']
    .filter(Boolean)
    .join('. ');
}
