import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import type { Challenge, Units } from '../../api/gen';
import { useConnection } from '../../live/hooks';
import { useWakeLock } from '../../live/wake-lock';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/icons';
import { useNow } from '../../ui/useNow';
import { Goal } from './Goal';
import { qr } from './qr';
import { Standings } from './Standings';
import type { LiveBoard } from './useBoard';
import styles from './Wall.module.css';
import { timeLeft, whatCounts } from './words';

/** Rows that can be read from five metres. */
const MOST = 8;
const POINTER_MS = 3_000;

/** The board on a television: nothing to touch, everything large, and a code for a phone to join by. */
export function Wall({ challenge, board, units }: { challenge: Challenge; board: LiveBoard; units: Units }) {
  const now = useNow();
  const { state } = useConnection();
  const isIdle = useQuiet(challenge.id);
  useWakeLock(true);
  useCovering();
  const url = `${location.origin}/challenges/${challenge.id}`;
  const top = board.top.slice(0, MOST);
  // A wall is nobody's: no row on it says "You".
  const look = { measure: challenge, units, myKey: '', mine: null, best: top[0]?.score ?? 0 };
  return (
    <div className={styles.wall} data-idle={isIdle || undefined} data-wall>
      <header className={styles.header}>
        <div>
          <h1>{challenge.title}</h1>
          <p>{whatCounts(challenge)}</p>
        </div>
        <p className={styles.when}>
          {state === 'waiting' || state === 'stopped' ? t('wall.stale') : timeLeft(challenge, now)}
          <small className="num">{t('challenge.in', { count: board.participants })}</small>
        </p>
      </header>
      <div className={styles.board}>
        {top.length > 0 ? <Standings standings={top} look={look} /> : <p>{t('board.empty')}</p>}
      </div>
      <aside className={styles.side}>
        {challenge.kind === 'group_goal' && <Goal challenge={challenge} mine={null} units={units} />}
        {challenge.state !== 'ended' && (
          <figure className={styles.code}>
            <Code text={url} />
            <figcaption>{t('wall.join')}</figcaption>
          </figure>
        )}
      </aside>
      <Leave id={challenge.id} />
    </div>
  );
}

function Code({ text }: { text: string }) {
  const [path, size] = useMemo(() => {
    const grid = qr(text);
    const dark = grid.flatMap((row, y) => row.flatMap((cell, x) => (cell ? [`M${x} ${y}h1v1h-1z`] : [])));
    return [dark.join(''), grid.length] as const;
  }, [text]);
  return (
    <svg viewBox={`-4 -4 ${size + 8} ${size + 8}`} role="img" aria-label={text} shapeRendering="crispEdges">
      <rect x="-4" y="-4" width={size + 8} height={size + 8} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function Leave({ id }: { id: string }) {
  const navigate = useNavigate();
  return (
    <Button
      look="stage"
      className={styles.leave}
      onClick={() => void navigate({ to: '/challenges/$id', params: { id }, search: {} })}
    >
      <Icon name="close" size={20} />
      {t('wall.leave')}
    </Button>
  );
}

/** Nobody has moved, tapped or typed for a while: no cursor, no way out to be seen. Escape leaves. */
function useQuiet(id: string): boolean {
  const navigate = useNavigate();
  const [isIdle, setIdle] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      setIdle(false);
      clearTimeout(timer);
      timer = setTimeout(() => setIdle(true), POINTER_MS);
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape') void navigate({ to: '/challenges/$id', params: { id }, search: {} });
      else show();
    };
    addEventListener('pointermove', show);
    addEventListener('pointerdown', show);
    addEventListener('keydown', key);
    return () => {
      clearTimeout(timer);
      removeEventListener('pointermove', show);
      removeEventListener('pointerdown', show);
      removeEventListener('keydown', key);
    };
  }, [navigate, id]);
  return isIdle;
}

/** What lies under the wall is not there for keyboards and ears either. */
function useCovering(): void {
  useEffect(() => {
    const hidden = [...document.querySelectorAll<HTMLElement>('#root nav, #root aside')].filter(
      (element) => !element.closest('[data-wall]') && !element.inert,
    );
    for (const element of hidden) element.inert = true;
    const { style } = document.documentElement;
    const { overflow, scrollbarGutter } = style;
    style.overflow = 'hidden';
    style.scrollbarGutter = 'auto';
    return () => {
      for (const element of hidden) element.inert = false;
      style.overflow = overflow;
      style.scrollbarGutter = scrollbarGutter;
    };
  }, []);
}
