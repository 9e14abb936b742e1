/** Rows of `board:`: standings without ranks, which follow from all the scores. Pure. */
import type { Kind, Standing } from '../api/gen';

/** The row that tells how many take part; every other key is a member's id. */
export const COUNT_KEY = '#';

type Row = Omit<Standing, 'rank'>;

/** Best first, with ranks; who is level shares one. Of `fastest`, less is better, and no time yet is last. */
export function ranked(rows: ReadonlyMap<string, unknown>, kind: Kind): Standing[] {
  const better = kind === 'fastest' ? (row: Row) => row.score || Infinity : (row: Row) => -row.score;
  const placed: Standing[] = [];
  const known = [...rows].filter(([key]) => key !== COUNT_KEY).map(([, row]) => row as Row);
  known.sort((a, b) => compare(better(a), better(b)) || withinRank(a, b));
  for (const [at, row] of known.entries()) {
    const last = placed.at(-1);
    placed.push({ ...row, rank: last?.score === row.score ? last.rank : at + 1 });
  }
  return placed;
}

/** Within a rank, who got there first stands first. */
export function withinRank(a: Row, b: Row): number {
  return compare(instant(a), instant(b)) || compare(a.member.id, b.member.id);
}

/** Without the zone, a whole second sorts before its fractions. */
function instant({ reached_at }: Row): string {
  return (reached_at ?? '').replace(/Z$/, '');
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
