import { useEffect, useRef } from 'react';
import { compact } from '../../format/number';
import { t } from '../../locales/t';
import styles from './Cheering.module.css';
import { type Burst, type Counts, useCheering } from './cheers';
import { CHEERS, type CheerKind, Glyph } from './glyphs';

const MOST_GLYPHS = 5;
const FLIGHT_MS = 1_900;

/** Five cheers to tap, with how often the room has cheered so. */
export function CheerBar({
  session,
  cheers,
  onBurst,
}: {
  session: string;
  cheers: Counts;
  onBurst: (burst: Omit<Burst, 'id'>) => void;
}) {
  const cheer = useCheering(session);
  const tap = (kind: CheerKind) => {
    cheer(kind);
    onBurst({ kind, count: 1, name: '' });
  };
  return (
    <fieldset className={styles.cheers}>
      <legend className="sr">{t('room.cheer')}</legend>
      {CHEERS.map((kind) => (
        <button key={kind} type="button" className={styles.cheer} data-cheer={kind} onClick={() => tap(kind)}>
          <Glyph kind={kind} />
          <span className="sr">{t(`cheer.${kind}`)}</span>
          <span className="num">{cheers[kind] === 0 ? '' : compact(cheers[kind])}</span>
        </button>
      ))}
    </fieldset>
  );
}

/** Cheers that fly up. Decoration: nobody needs to see them, and with reduced motion they only appear. */
export function Bursts({ bursts, onEnd }: { bursts: readonly Burst[]; onEnd: (id: number) => void }) {
  return (
    <div className={styles.sky} aria-hidden="true">
      {bursts.map((burst) => (
        <Flight key={burst.id} burst={burst} onEnd={onEnd} />
      ))}
    </div>
  );
}

function Flight({ burst, onEnd }: { burst: Burst; onEnd: (id: number) => void }) {
  const element = useRef<HTMLDivElement>(null);
  const { id, kind, count, name } = burst;
  useEffect(() => {
    const timer = setTimeout(() => onEnd(id), FLIGHT_MS);
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const glyphs = element.current?.querySelectorAll<HTMLElement>('[data-glyph]') ?? [];
    for (const glyph of calm ? [] : glyphs) {
      const drift = (Math.random() - 0.5) * 150;
      const height = -(180 + Math.random() * 220);
      glyph.animate(
        [
          { transform: 'translate(0, 0) scale(0.5)', opacity: 0 },
          {
            transform: `translate(${drift * 0.3}px, ${height * 0.3}px) scale(1.15)`,
            opacity: 1,
            offset: 0.25,
          },
          { transform: `translate(${drift}px, ${height}px) scale(0.9)`, opacity: 0 },
        ],
        { duration: FLIGHT_MS, easing: 'ease-out', delay: Math.random() * 250, fill: 'both' },
      );
    }
    return () => clearTimeout(timer);
  }, [id, onEnd]);
  const glyphs = Math.min(MOST_GLYPHS, Math.max(1, Math.ceil(Math.sqrt(count))));
  return (
    <div ref={element} className={styles.flight} data-cheer={kind} style={{ insetInlineStart: place(id) }}>
      {Array.from({ length: glyphs }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the glyphs of one cheer are all alike
        <span key={index} data-glyph className={styles.glyph}>
          <Glyph kind={kind} size={30} />
        </span>
      ))}
      {name !== '' && <span className={styles.by}>{count > 1 ? `${name} ×${count}` : name}</span>}
    </div>
  );
}

/** Spread over the width, the same for the same cheer. */
function place(id: number): string {
  return `${12 + ((id * 37) % 70)}%`;
}
