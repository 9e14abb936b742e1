/** Heart-rate zones by share of the maximum: what a colour and a number on a tile say. */

/** Zone 1 to 5 begins at this share of the maximum. */
const FLOORS = [0, 0.6, 0.7, 0.8, 0.9] as const;

/** Without a measured one. A member's own is better: it belongs to their profile once that keeps it. */
export const USUAL_MAX_BPM = 190;

export type Zone = 1 | 2 | 3 | 4 | 5;

export function zoneOf(bpm: number, maxBpm: number = USUAL_MAX_BPM): Zone {
  const share = bpm / maxBpm;
  let zone: Zone = 1;
  FLOORS.forEach((floor, index) => {
    if (share >= floor) zone = (index + 1) as Zone;
  });
  return zone;
}
