import { useCallback, useRef } from 'react';
import type { Phase } from '../../live/timeline';
import styles from './MiniClock.module.css';
import { timeText, title } from './Ring';
import { type Clockwork, useFrames } from './room';

/** The time in a line, for when the ring is scrolled away. */
export function MiniClock({ clockwork, phase }: { clockwork: Clockwork; phase: Phase }) {
  const time = useRef<HTMLSpanElement>(null);
  const paint = useCallback(() => {
    const text = timeText(clockwork.at());
    if (time.current !== null && time.current.textContent !== text) time.current.textContent = text;
  }, [clockwork]);
  useFrames(paint);
  return (
    <p className={styles.clock} role="timer" aria-live="off">
      <span className={styles.block}>{title(phase)}</span> <span ref={time} className="num" />
    </p>
  );
}
