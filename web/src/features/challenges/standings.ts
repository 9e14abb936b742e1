/** A board as one reader looks at it. Pure. */
import type { Standing } from '../../api/gen';
import { withinRank } from '../../live/places';

/** Best first; within a rank, who got there first. */
function ordered(standings: Iterable<Standing>): Standing[] {
  return [...standings].sort((a, b) => a.rank - b.rank || withinRank(a, b));
}

/** Live rows where they are, else what was read over REST: each member once. */
export function merged(live: readonly Standing[] | null, read: readonly (readonly Standing[])[]): Standing[] {
  const byMember = new Map<string, Standing>();
  for (const list of read) for (const standing of list) byMember.set(standing.member.id, standing);
  if (live !== null) {
    // The live top is the truth about itself: whoever is not in it any more has left or fallen out of it.
    const lowest = live.at(-1)?.rank ?? 0;
    for (const [id, { rank }] of byMember) if (rank <= lowest) byMember.delete(id);
    for (const standing of live) byMember.set(standing.member.id, standing);
  }
  return ordered(byMember.values());
}

export interface Gap {
  readonly to: Standing;
  /** In the unit of the metric, never negative. */
  readonly by: number;
  readonly is: 'behind' | 'ahead' | 'level';
}

/** What separates me from the one before me; in front, from the one behind. */
export function gap(standings: readonly Standing[], me: string): Gap | null {
  const at = standings.findIndex(({ member }) => member.id === me);
  const mine = standings[at];
  if (mine === undefined) return null;
  const before = standings[at - 1];
  const to = before ?? standings[at + 1];
  if (to === undefined) return null;
  const by = Math.abs(to.score - mine.score);
  return { to, by, is: by === 0 ? 'level' : before === undefined ? 'ahead' : 'behind' };
}

const DAY_MS = 86_400_000;

/** Days from now to an instant, begun ones counted. */
export function daysTo(instant: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(instant) - now) / DAY_MS));
}

/** How much of a window has passed, from 0 to 1. */
export function sharePassed(from: string, to: string, now: number): number {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return Math.min(1, Math.max(0, (now - start) / (end - start)));
}
