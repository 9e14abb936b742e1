/** Keeps the screen on while training, where the browser can (not on plain HTTP, not everywhere). */
import { useEffect } from 'react';

export function useWakeLock(wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !('wakeLock' in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let ended = false;
    const take = async () => {
      if (document.hidden || ended) return;
      // Refused on low battery, say: the session goes on without it.
      lock = await navigator.wakeLock.request('screen').catch(() => null);
      if (ended) void lock?.release();
    };
    const back = () => void take();
    void take();
    document.addEventListener('visibilitychange', back);
    return () => {
      ended = true;
      document.removeEventListener('visibilitychange', back);
      void lock?.release();
    };
  }, [wanted]);
}
