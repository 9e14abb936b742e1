import { useEffect, useState } from 'react';
import { useConnection, useRecording } from '../../live/hooks';
import { live } from '../../live/live';
import { t } from '../../locales/t';
import { classes } from '../../ui/classes';
import { Icon } from '../../ui/icons';
import styles from './ConnectionChip.module.css';

/** A blink of the network is not worth a word. */
const WORTH_SAYING_MS = 1_500;

/** Whether the socket has been away long enough to say so. */
export function useIsAway(): boolean {
  const { state, since } = useConnection();
  const [away, setAway] = useState(false);
  const [openedAt] = useState(() => Date.now());
  useEffect(() => {
    if (state === 'online') {
      setAway(false);
      return;
    }
    const from = Math.max(since, openedAt);
    const timer = setTimeout(() => setAway(true), Math.max(0, from + WORTH_SAYING_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [state, since, openedAt]);
  return away;
}

/** How the connection is, honestly, and what of mine is safe. `quiet` says nothing while all is well. */
export function ConnectionChip({ stream, quiet = false }: { stream: string | null; quiet?: boolean }) {
  const { state } = useConnection();
  const away = useIsAway();
  const pending = useRecording(stream)?.pending ?? 0;
  if (quiet && !away) return null;
  const words = !away
    ? t('connection.online')
    : state === 'stopped'
      ? t('connection.stopped')
      : t('connection.waiting');
  return (
    <p
      className={classes(styles.chip, away && styles.away)}
      role="status"
      data-connection={away ? 'away' : 'online'}
    >
      {away ? <Icon name="offline" size={18} /> : <span className={styles.dot} aria-hidden="true" />}
      <span>
        {words}
        {away && stream !== null && pending > 0 && <small> {t('connection.safe')}</small>}
      </span>
      {away && (
        <button type="button" className={styles.retry} onClick={() => live.retry()}>
          {t('retry')}
        </button>
      )}
    </p>
  );
}
