import { useEffect, useState } from 'react';
import { CuePlayer } from '../../live/cues';
import type { Clockwork } from './room';

/** Often enough that what is scheduled ahead never runs out. */
const FOLLOW_MS = 250;

/** Sounds at the changes of the programme. The first touch anywhere unlocks them, as browsers demand. */
export function useCues(clockwork: Clockwork, on: boolean): CuePlayer {
  const [player] = useState(() => new CuePlayer());
  useEffect(() => {
    if (!on) return;
    const unlock = () => void player.unlock();
    document.addEventListener('pointerdown', unlock, { once: true });
    document.addEventListener('keydown', unlock, { once: true });
    const timer = setInterval(() => player.follow(clockwork.at(), clockwork.timeline.totalMs), FOLLOW_MS);
    return () => {
      clearInterval(timer);
      document.removeEventListener('pointerdown', unlock);
      document.removeEventListener('keydown', unlock);
    };
  }, [player, clockwork, on]);
  useEffect(() => () => player.close(), [player]);
  return player;
}
