import { useEffect } from 'react';
import { clock } from '../../format/duration';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { useNow } from '../../ui/useNow';
import styles from './Log.module.css';

const MORE_MS = 15_000;
/** A rest that ended longer ago is not announced any more. */
const LATE_MS = 3_000;

/** Counts down to an instant, so that a locked phone or a reload changes nothing. */
export function RestTimer({
  until,
  totalS,
  onChange,
}: {
  until: number;
  totalS: number;
  onChange: (until: number | null) => void;
}) {
  const now = useNow(250);
  const left = until - now;
  const over = left <= 0;
  useEffect(() => {
    if (!over) return;
    if (Date.now() - until < LATE_MS && 'vibrate' in navigator) navigator.vibrate([200, 100, 200]);
    onChange(null);
  }, [over, until, onChange]);
  if (over) return null;
  return (
    <div className={styles.rest} role="timer" aria-label={t('rest.title')}>
      <span>{t('rest.title')}</span>
      <b className="num">{clock(Math.ceil(left / 1_000))}</b>
      <Button look="stage" onClick={() => onChange(until + MORE_MS)}>
        {t('rest.more')}
      </Button>
      <Button look="stage" onClick={() => onChange(null)}>
        {t('rest.skip')}
      </Button>
      <span
        className={styles.band}
        style={{ transform: `scaleX(${Math.min(1, left / (totalS * 1_000))})` }}
        aria-hidden="true"
      />
    </div>
  );
}
