/** Of several tabs of one browser, one does it. Where the browser has no locks (plain HTTP), each is alone. */
import { useCallback, useEffect, useState } from 'react';

export interface Sole {
  /** Whether this tab is the one. */
  readonly isMine: boolean;
  /** Take it over from the tab that has it. */
  readonly take: () => void;
}

export function useSole(name: string): Sole {
  const hasLocks = 'locks' in navigator;
  const [isMine, setIsMine] = useState(!hasLocks);
  const [steal, setSteal] = useState(0);
  useEffect(() => {
    if (!hasLocks) return;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const leaving = new AbortController();
    const hold = () => {
      if (leaving.signal.aborted) return;
      setIsMine(true);
      return held;
    };
    const wait = () => navigator.locks.request(name, { signal: leaving.signal }, hold);
    // Rejects when another tab took it over, or this one leaves: the first waits in line again.
    const again = () => {
      setIsMine(false);
      if (!leaving.signal.aborted) wait().catch(again);
    };
    if (steal > 0) navigator.locks.request(name, { steal: true }, hold).catch(again);
    else wait().catch(again);
    return () => {
      leaving.abort();
      release();
    };
  }, [name, hasLocks, steal]);
  return { isMine, take: useCallback(() => setSteal((times) => times + 1), []) };
}
