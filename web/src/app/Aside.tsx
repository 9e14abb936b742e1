import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { challengeQueries } from '../api/challenges';
import { liveQueries } from '../api/live';
import { t } from '../locales/t';
import { ButtonLink } from '../ui/Button';
import { Card, Section } from '../ui/Card';
import { MiniBoard } from '../ui/MiniBoard';
import { SessionRow } from '../ui/SessionCard';
import styles from './Chrome.module.css';

const SESSIONS = 4;

/** Beside every screen on a desk: who is live, and the board I am on. */
export function Aside() {
  const sessions = useQuery(liveQueries.list()).data;
  const challenges = useQuery(challengeQueries.list('active')).data;
  const board = challenges?.find(({ mine }) => mine) ?? challenges?.[0];
  return (
    <div className={styles.stack}>
      <Section title={t('aside.live')} more={<Link to="/live">{t('see.all')}</Link>}>
        {sessions?.length === 0 && (
          <Card className={styles.list}>
            <p>{t('aside.live.none')}</p>
            <ButtonLink to="/live/new">{t('aside.live.start')}</ButtonLink>
          </Card>
        )}
        <div className={styles.list}>
          {sessions?.slice(0, SESSIONS).map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </div>
      </Section>
      {board && (
        <Section
          title={board.title}
          more={
            <Link to="/challenges/$id" params={{ id: board.id }}>
              {t('see.all')}
            </Link>
          }
        >
          <Card>
            <MiniBoard challenge={board} rows={6} />
          </Card>
        </Section>
      )}
    </div>
  );
}
