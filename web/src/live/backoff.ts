/** Full jitter: everybody who lost the same node comes back spread out, not in step. */

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** Milliseconds to wait before try number `tries` (from 0); `random` is in [0, 1). */
export function backoff(tries: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 16));
  return Math.round(random * ceiling);
}
