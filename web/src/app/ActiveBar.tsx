import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import type { LiveSession } from '../api/gen';
import { liveQueries } from '../api/live';
import { myRoom } from '../api/my-room';
import { clock } from '../format/duration';
import { t } from '../locales/t';
import { useRunning } from '../offline/drafts';
import { useNow } from '../ui/useNow';
import { useSessionClock } from '../ui/useSessionClock';
import styles from './Chrome.module.css';

/** The way back to what is running, from every other screen: the live session before the log. */
export function ActiveBar() {
  const draft = useRunning();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const id = useSyncExternalStore(myRoom.watch, myRoom.id);
  const session = useQuery(liveQueries.list()).data?.find((one) => one.id === id);
  if (session && !path.startsWith('/live/')) return <Session session={session} />;
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

function Session({ session }: { session: LiveSession }) {
  const { phase } = useSessionClock(session);
  const seconds = (phase.remainingMs ?? phase.elapsedMs) / 1_000;
  return (
    <section aria-label={t('session.running')}>
      <Link to="/live/$id" params={{ id: session.id }} className={styles.active}>
        <span className={styles.beat} aria-hidden="true" />
        <span className={styles.name}>{session.title}</span>
        <span className={`${styles.time} num`}>
          {phase.stage === 'waiting' ? t('session.lobby') : clock(Math.ceil(seconds))}
        </span>
      </Link>
    </section>
  );
}

function Elapsed({ since }: { since: number }) {
  const now = useNow();
  return <span className={`${styles.time} num`}>{clock((now - since) / 1_000)}</span>;
}
