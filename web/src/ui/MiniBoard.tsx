import { useQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import { challengeQueries } from '../api/challenges';
import type { Challenge, Standing, Units } from '../api/gen';
import { usePreferences, useSession } from '../api/session';
import { type Measure, rowScore } from '../format/score';
import { useChannelState } from '../live/hooks';
import { ranked, withinRank } from '../live/places';
import { t } from '../locales/t';
import { Avatar } from './Avatar';
import { classes } from './classes';
import styles from './MiniBoard.module.css';

/** The top of a challenge's board, and me below it when I am not among them. It moves by itself. */
export function MiniBoard({ challenge, rows = 5 }: { challenge: Challenge; rows?: number }) {
  const me = useSession().me;
  const { units } = usePreferences();
  const known = useQuery(challengeQueries.standings(challenge.id)).data;
  const live = useChannelState<unknown>(`board:${challenge.id}`);
  const all = live.ready
    ? ranked(live.rows, challenge.kind)
    : [...(known?.top ?? []), ...(known?.around_me ?? [])];
  return <BoardRows standings={pick(all, rows, me?.id)} measure={challenge} units={units} me={me?.id} />;
}

/** Standings in their places; when they change places, they glide. */
export function BoardRows({
  standings,
  measure,
  units,
  me,
}: {
  standings: readonly Standing[];
  measure: Measure;
  units: Units;
  me?: string | undefined;
}) {
  const best = Math.max(0, ...standings.map((standing) => standing.score));
  return (
    <ol className={styles.board} style={{ '--rows': standings.length } as CSSProperties}>
      {inStableOrder(standings).map(({ standing, at }) => {
        const { value, unit } = rowScore(standing.score, measure, units, best);
        const mine = standing.member.id === me;
        return (
          <li
            key={standing.member.id}
            className={classes(styles.row, mine && styles.mine)}
            style={{ '--at': at } as CSSProperties}
          >
            <span className={classes(styles.rank, 'num', medal(standing.rank))}>{standing.rank}</span>
            <Avatar member={standing.member} size={30} />
            <span className={styles.name}>{mine ? t('rank.you') : standing.member.name}</span>
            <span className={classes(styles.score, 'num')}>
              {value} <small>{unit}</small>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function pick(all: readonly Standing[], rows: number, me: string | undefined): Standing[] {
  const byMember = new Map(all.map((standing) => [standing.member.id, standing]));
  const ordered = [...byMember.values()].sort((a, b) => a.rank - b.rank || withinRank(a, b));
  const top = ordered.slice(0, rows);
  const mine = me ? byMember.get(me) : undefined;
  return mine && !top.includes(mine) ? [...top.slice(0, rows - 1), mine] : top;
}

/** By member, so that React moves no node: the places are transforms, and these glide. */
function inStableOrder(shown: readonly Standing[]): { standing: Standing; at: number }[] {
  return shown
    .map((standing, at) => ({ standing, at }))
    .sort((a, b) => (a.standing.member.id < b.standing.member.id ? -1 : 1));
}

function medal(rank: number): string | undefined {
  return [styles.first, styles.second, styles.third][rank - 1];
}
