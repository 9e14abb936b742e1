import { useMemo } from 'react';
import type { Programme } from '../../api/gen';
import { brief } from '../../format/duration';
import { layOut } from '../../live/timeline';
import { t } from '../../locales/t';
import { blockName } from './block-name';
import styles from './ProgrammeBar.module.css';

/** A programme as a landscape: the longer the wider, the harder the higher. */
export function ProgrammeBar({ programme }: { programme: Programme }) {
  const { stretches, totalMs } = useMemo(() => layOut(programme), [programme]);
  const isOpen = !Number.isFinite(totalMs);
  const closedMs = stretches.reduce(
    (sum, { toMs, fromMs }) => sum + (Number.isFinite(toMs) ? toMs - fromMs : 0),
    0,
  );
  return (
    <div className={styles.bar} role="img" aria-label={inWords(programme)}>
      {stretches.map(({ block, index, fromMs, toMs }) => (
        <span
          key={index}
          data-kind={block.kind}
          style={{ flexGrow: Number.isFinite(toMs) ? toMs - fromMs : Math.max(closedMs / 2, 1) }}
        />
      ))}
      {isOpen && <i className={styles.open} />}
    </div>
  );
}

/** How long it is: "24m", or open. */
export function programmeLength(programme: Programme): string {
  const { totalMs } = layOut(programme);
  return Number.isFinite(totalMs) ? brief(totalMs / 1000) : t('programme.open');
}

/** "Warm-up, 8 × Work, Rest, Cool-down": the programme for ears, and for a line of text. */
export function inWords(programme: Programme): string {
  return programme.parts
    .map(({ blocks, repeat = 1 }) => {
      const names = blocks.map(blockName).join(' + ');
      return repeat > 1 ? `${repeat} × ${names}` : names;
    })
    .join(', ');
}
