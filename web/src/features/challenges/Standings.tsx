import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Metric, Standing, Units } from '../../api/gen';
import { useFlip } from '../../live/flip';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { classes } from '../../ui/classes';
import { Icon } from '../../ui/icons';
import styles from './Standings.module.css';
import { shownInRow } from './words';

/** How long a row says that it has moved. */
const MOVED_FOR_MS = 6_000;

/** A board: rows glide to their new places. */
export function Standings({
  standings,
  metric,
  units,
  me,
  best,
}: {
  standings: readonly Standing[];
  metric: Metric;
  units: Units;
  me: string;
  /** The best score of the whole board, where these are only some of its rows. */
  best?: number;
}) {
  const list = useRef<HTMLOListElement>(null);
  const moves = useMoves(standings);
  useFlip(list, standings.map(({ member }) => member.id).join());
  const top = best ?? standings[0]?.score ?? 0;
  return (
    <ol ref={list} className={styles.board}>
      {standings.map((standing) => {
        const { member, rank, workouts } = standing;
        const { value, unit } = shownInRow(standing.score, metric, units, top);
        const isMe = member.id === me;
        return (
          <li
            key={member.id}
            data-flip={member.id}
            data-rank={rank <= 3 ? rank : undefined}
            className={classes(styles.row, isMe && styles.mine)}
          >
            <span
              className={styles.bar}
              style={{ transform: `scaleX(${top > 0 ? standing.score / top : 0})` }}
              aria-hidden="true"
            />
            <span className={classes(styles.rank, 'num')}>{rank}</span>
            <Avatar member={member} size={38} />
            <span className={styles.who}>
              <Link to="/members/$handle" params={{ handle: member.handle }} className={styles.name}>
                {isMe ? t('rank.you') : member.name}
              </Link>
              <span className={classes(styles.sub, 'num')}>{t('board.workouts', { count: workouts })}</span>
            </span>
            <Move by={moves.get(member.id) ?? 0} />
            <span className={classes(styles.score, 'num')}>
              {value} <small>{unit}</small>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Move({ by }: { by: number }) {
  if (by === 0) return <span />;
  const words = t(by > 0 ? 'standing.up' : 'standing.down', { count: Math.abs(by) });
  return (
    <span className={classes(styles.move, by > 0 ? styles.up : styles.down)} title={words}>
      <Icon name={by > 0 ? 'up' : 'down'} size={15} />
      <span className="num">{Math.abs(by)}</span>
    </span>
  );
}

/** By how many places each has just moved; it is forgotten after a while. */
function useMoves(standings: readonly Standing[]): ReadonlyMap<string, number> {
  const ranks = useRef<ReadonlyMap<string, number> | null>(null);
  const [moves, setMoves] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    const now = new Map(standings.map(({ member, rank }) => [member.id, rank]));
    const before = ranks.current;
    ranks.current = now;
    if (before === null) return;
    const moved = [...now]
      .map(([id, rank]) => [id, (before.get(id) ?? rank) - rank] as const)
      .filter(([, by]) => by !== 0);
    if (moved.length > 0) setMoves((known) => new Map([...known, ...moved]));
  }, [standings]);
  useEffect(() => {
    if (moves.size === 0) return;
    const timer = setTimeout(() => setMoves(new Map()), MOVED_FOR_MS);
    return () => clearTimeout(timer);
  }, [moves]);
  return moves;
}
