import { Link } from '@tanstack/react-router';
import { type CSSProperties, useEffect, useRef, useState } from 'react';
import type { Standing, Units } from '../../api/gen';
import type { Measure } from '../../format/score';
import { useFlip } from '../../live/flip';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { classes } from '../../ui/classes';
import { Icon } from '../../ui/icons';
import styles from './Standings.module.css';
import { gapText, shownInRow } from './words';

/** How long a row says that it has moved. */
const MOVED_FOR_MS = 6_000;

export interface BoardLook {
  measure: Measure;
  units: Units;
  /** The id by which I stand on the board. */
  myKey: string;
  /** Where I stand: every other row says how far that is from here. */
  mine: Standing | null;
  /** The best score of the whole board. */
  best: number;
}

/** A board: rows glide to their new places. `first` and `of` say which part of a longer one this is. */
export function Standings({
  standings,
  look,
  first = 0,
  of,
}: {
  /** A place that is not read yet is null. */
  standings: readonly (Standing | null)[];
  look: BoardLook;
  first?: number;
  of?: number;
}) {
  const list = useRef<HTMLOListElement>(null);
  const moves = useMoves(standings);
  useFlip(list, standings.map((row) => row?.member.id ?? '').join());
  return (
    <ol ref={list} className={styles.board}>
      {standings.map((standing, at) =>
        standing === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: places that nobody has yet are all alike
          <li key={`at ${first + at}`} className={styles.unread} aria-hidden="true" />
        ) : (
          <Row
            key={standing.member.id}
            standing={standing}
            look={look}
            moved={moves.get(standing.member.id) ?? 0}
            place={of === undefined ? null : [first + at + 1, of]}
          />
        ),
      )}
    </ol>
  );
}

function Row({
  standing,
  look: { measure, units, myKey, mine, best },
  moved,
  place,
}: {
  standing: Standing;
  look: BoardLook;
  moved: number;
  place: [number, number] | null;
}) {
  const { member, rank, workouts, score } = standing;
  const { value, unit } = shownInRow(score, measure, units, best);
  const isMe = member.id === myKey;
  return (
    <li
      data-flip={member.id}
      data-rank={rank <= 3 && workouts > 0 ? rank : undefined}
      className={classes(styles.row, isMe && styles.mine)}
      {...(place && { 'aria-posinset': place[0], 'aria-setsize': place[1] })}
    >
      <span
        className={styles.bar}
        style={{ '--share': share(score, best, measure) } as CSSProperties}
        aria-hidden="true"
      />
      <span className={classes(styles.rank, 'num')}>{rank}</span>
      <Avatar member={member.handle === '' ? { ...member, handle: member.id } : member} size={38} />
      <span className={styles.who}>
        <Name standing={standing} isMe={isMe} />
        <span className={classes(styles.sub, 'num')}>
          {mine &&
            !isMe &&
            workouts > 0 &&
            mine.workouts > 0 &&
            `${distanceTo(standing, mine, measure, units)} · `}
          {t('board.workouts', { count: workouts })}
        </span>
      </span>
      <Move by={moved} />
      <span className={classes(styles.score, 'num')}>
        {value} <small>{unit}</small>
      </span>
    </li>
  );
}

function Name({ standing: { member }, isMe }: { standing: Standing; isMe: boolean }) {
  const name = isMe ? t('rank.you') : member.name || t('board.nameless');
  // Behind an alias is nobody to go to.
  if (member.handle === '') return <span className={styles.name}>{name}</span>;
  return (
    <Link to="/members/$handle" params={{ handle: member.handle }} className={styles.name}>
      {name}
    </Link>
  );
}

/** How long the bar of a row is, from 0 to 1: the shortest time is the best one. */
export function share(score: number, best: number, { kind }: Pick<Measure, 'kind'>): number {
  if (score <= 0 || best <= 0) return 0;
  return Math.min(1, kind === 'fastest' ? best / score : score / best);
}

function distanceTo(other: Standing, mine: Standing, measure: Measure, units: Units): string {
  const gap = gapText(Math.abs(other.score - mine.score), measure, units);
  if (other.score === mine.score) return t('board.level');
  return other.rank < mine.rank ? t('board.ahead', { gap }) : t('board.behind', { gap });
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
function useMoves(standings: readonly (Standing | null)[]): ReadonlyMap<string, number> {
  const ranks = useRef<ReadonlyMap<string, number> | null>(null);
  const [moves, setMoves] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    const now = new Map(standings.flatMap((row) => (row ? [[row.member.id, row.rank] as const] : [])));
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
