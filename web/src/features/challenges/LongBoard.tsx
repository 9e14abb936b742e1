import { useQueries } from '@tanstack/react-query';
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { boardQueries, PAGE } from '../../api/boards';
import type { Standing } from '../../api/gen';
import { t } from '../../locales/t';
import styles from './Board.module.css';
import { type BoardLook, Standings } from './Standings';
import { useReadAgain } from './useBoard';

/** Boards up to this length are drawn whole. */
const WHOLE = 60;
/** Rows above and below what is in sight. */
const SPARE = 12;
/** A page cannot be higher than browsers can count. */
const MOST = 100_000;
const ROW_PX = 66;

/** The whole board, however long: only what is in sight is drawn, and read in pages below the live top. */
export function LongBoard({
  id,
  top,
  participants,
  look,
  moved,
}: {
  id: string;
  top: readonly Standing[];
  participants: number;
  look: BoardLook;
  moved: unknown;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const reach = Math.min(Math.max(participants, top.length), MOST);
  const { from, to, rowPx } = useInSight(frame, reach);
  const pages = pagesOf(from, to, top.length);
  const read = useQueries({
    queries: pages.map((offset) => boardQueries.page(id, offset)),
    combine: (results) => results.map(({ data }) => data),
  });
  useReadAgain(moved, pages.length > 0 ? ['challenge', id, 'board'] : null, 5_000);
  const rows = useMemo(() => {
    const known = new Map<number, Standing>();
    for (const page of read) {
      if (page === undefined) continue;
      for (const [n, row] of page.rows.entries()) known.set(page.before + n, row);
    }
    return placesBetween(from, to, top, known);
  }, [read, top, from, to]);
  return (
    <div ref={frame} style={{ paddingBlock: `${from * rowPx}px ${Math.max(0, reach - to) * rowPx}px` }}>
      <Standings standings={rows} look={look} first={from} of={participants} />
      {participants > reach && (
        <p className={styles.more}>{t('board.more', { count: participants - reach })}</p>
      )}
    </div>
  );
}

/** The pages that places `from` to `to` need beyond the live ones. */
export function pagesOf(from: number, to: number, live: number): number[] {
  const pages: number[] = [];
  const first = Math.max(from, live);
  for (let offset = first - (first % PAGE); offset < to && first < to; offset += PAGE) pages.push(offset);
  return pages;
}

/** Each place once: who has just come up into the live top may still be on a page that was read before. */
export function placesBetween(
  from: number,
  to: number,
  top: readonly Standing[],
  known: ReadonlyMap<number, Standing>,
): (Standing | null)[] {
  const seen = new Set(top.map(({ member }) => member.id));
  const rows: (Standing | null)[] = [];
  for (let at = from; at < to; at += 1) {
    const live = top[at];
    const row = live ?? known.get(at) ?? null;
    if (live === undefined && row !== null) {
      if (seen.has(row.member.id)) continue;
      seen.add(row.member.id);
    }
    rows.push(row);
  }
  return rows;
}

function useInSight(
  frame: RefObject<HTMLElement | null>,
  count: number,
): { from: number; to: number; rowPx: number } {
  const [sight, setSight] = useState({ from: 0, to: Math.min(count, WHOLE), rowPx: ROW_PX });
  useLayoutEffect(() => {
    const rows = frame.current?.querySelectorAll('li');
    const [one, two] = [rows?.[0], rows?.[1]];
    if (!one || !two) return;
    const rowPx = two.offsetTop - one.offsetTop;
    if (rowPx > 0 && Math.abs(rowPx - sight.rowPx) > 0.5) setSight((now) => ({ ...now, rowPx }));
  });
  useEffect(() => {
    if (count <= WHOLE) {
      setSight((now) => ({ ...now, from: 0, to: count }));
      return;
    }
    let asked = 0;
    const look = () => {
      asked = 0;
      const box = frame.current?.getBoundingClientRect();
      if (!box) return;
      setSight((now) => {
        const from = Math.min(count - 1, Math.max(0, Math.floor(-box.top / now.rowPx) - SPARE));
        const to = Math.min(count, Math.ceil((innerHeight - box.top) / now.rowPx) + SPARE);
        // In steps: a row more or less is no reason to draw all again.
        const steady = { from: from - (from % 8), to: Math.min(count, Math.max(from, to) + 8 - (to % 8)) };
        return steady.from === now.from && steady.to === now.to ? now : { ...now, ...steady };
      });
    };
    const ask = () => {
      asked ||= requestAnimationFrame(look);
    };
    look();
    addEventListener('scroll', ask, { passive: true });
    addEventListener('resize', ask);
    return () => {
      cancelAnimationFrame(asked);
      removeEventListener('scroll', ask);
      removeEventListener('resize', ask);
    };
  }, [count, frame]);
  return { ...sight, to: Math.min(sight.to, count), from: Math.min(sight.from, Math.max(0, count - 1)) };
}
