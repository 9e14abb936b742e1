import { Link, useRouterState } from '@tanstack/react-router';
import { clock } from '../format/duration';
import { t } from '../locales/t';
import { useDraft } from '../offline/drafts';
import { useNow } from '../ui/useNow';
import styles from './Chrome.module.css';

/** The way back to the workout that is being logged, from every other screen. */
export function ActiveBar() {
  const draft = useDraft();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  if (!draft || path === '/log/strength' || path.startsWith('/live/')) return null;
  return (
    <section aria-label={t('log.running')}>
      <Link to="/log/strength" className={styles.active}>
        <span className={styles.beat} aria-hidden="true" />
        <span className={styles.name}>{draft.title || t('log.running')}</span>
        <Elapsed since={Date.parse(draft.started_at)} />
      </Link>
    </section>
  );
}

function Elapsed({ since }: { since: number }) {
  const now = useNow();
  return <span className={`${styles.time} num`}>{clock((now - since) / 1_000)}</span>;
}
