/** Rows that change places glide there: first, last, invert, play. Only rows in view, at most once a second. */
import { type RefObject, useLayoutEffect, useRef } from 'react';

const GLIDE_MS = 450;
const AT_MOST_EVERY_MS = 1_000;

/**
 * Children of the list carry `data-flip`, a key that stays theirs. `order` changes when places may have.
 * With reduced motion they fade instead.
 */
export function useFlip(list: RefObject<HTMLElement | null>, order: string): void {
  const places = useRef(new Map<string, number>());
  const playedAt = useRef(Number.NEGATIVE_INFINITY);
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured exactly when the order changes
  useLayoutEffect(() => {
    const rows = list.current?.querySelectorAll<HTMLElement>('[data-flip]') ?? [];
    const before = places.current;
    const after = new Map<string, number>();
    const now = performance.now();
    const mayPlay = now - playedAt.current >= AT_MOST_EVERY_MS;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const row of rows) {
      const key = row.dataset.flip ?? '';
      const place = row.offsetTop;
      after.set(key, place);
      const moved = (before.get(key) ?? place) - place;
      if (moved === 0 || !mayPlay || !inView(row)) continue;
      playedAt.current = now;
      row.animate(
        calm ? [{ opacity: 0.4 }, { opacity: 1 }] : [{ translate: `0 ${moved}px` }, { translate: '0 0' }],
        { duration: GLIDE_MS, easing: 'cubic-bezier(0.2, 0.8, 0.2, 1)' },
      );
    }
    places.current = after;
  }, [order]);
}

function inView(row: HTMLElement): boolean {
  const { top, bottom } = row.getBoundingClientRect();
  return bottom > -80 && top < innerHeight + 80;
}
