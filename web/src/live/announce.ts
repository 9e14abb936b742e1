/** What ears should know, without talking all the time. */
import { useEffect, useRef, useState } from 'react';

/** `text` for an `aria-live` region: the newest one, at most once in `everyMs`. */
export function useAnnouncement(text: string, everyMs = 10_000): string {
  const [said, setSaid] = useState('');
  const saidAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (text === '') return;
    const wait = Math.max(0, saidAt.current + everyMs - Date.now());
    const timer = setTimeout(() => {
      saidAt.current = Date.now();
      setSaid(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text, everyMs]);
  return said;
}
