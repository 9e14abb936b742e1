/** The channel `around:<challenge>:<me>`: rows without ranks, and what ranks follow from. Pure. */
import type { MemberCard, Standing } from '../../api/gen';

interface Header {
  readonly participants: number;
  /** So many stand before the first row. */
  readonly before: number;
  /** So many of those have more than it. */
  readonly better: number;
}

/** Somebody I follow has passed me. */
export interface Passed {
  readonly member: MemberCard;
  readonly score: number;
  readonly ahead: number;
  readonly at: number;
}

export interface Neighbourhood {
  readonly participants: number;
  readonly before: number;
  readonly rows: readonly Standing[];
  readonly passed: Passed | null;
}

/** Null until the rows are whole: a header, an order, and everybody in it. */
export function neighbourhood(rows: ReadonlyMap<string, unknown>): Neighbourhood | null {
  const header = rows.get('#') as Header | undefined;
  const order = rows.get('order') as { ids: readonly string[] } | undefined;
  if (header === undefined || order === undefined) return null;
  const placed: Standing[] = [];
  for (const [at, id] of order.ids.entries()) {
    const row = rows.get(id) as Omit<Standing, 'rank'> | undefined;
    if (row === undefined) return null;
    const last = placed.at(-1);
    const rank =
      last === undefined ? header.better + 1 : last.score === row.score ? last.rank : header.before + at + 1;
    placed.push({ ...row, rank });
  }
  return {
    participants: header.participants,
    before: header.before,
    rows: placed,
    passed: (rows.get('!') as Passed | undefined) ?? null,
  };
}
