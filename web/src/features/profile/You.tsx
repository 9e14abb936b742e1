import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { memberQueries } from '../../api/members';
import { useMe } from '../../api/session';
import { t } from '../../locales/t';
import { sendNow } from '../../offline/drain';
import { useOutbox } from '../../offline/useOutbox';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/icons';
import { Page, Sections } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { Head } from './Head';
import { Activity } from './MemberPage';
import styles from './Profile.module.css';

const LINKS = [
  { to: '/workouts', icon: 'strength', label: 'workouts.title' },
  { to: '/challenges', icon: 'trophy', label: 'nav.challenges' },
  { to: '/clubs', icon: 'people', label: 'nav.clubs' },
  { to: '/members', icon: 'search', label: 'nav.people' },
  { to: '/exercises', icon: 'book', label: 'exercises.title' },
  { to: '/settings', icon: 'settings', label: 'nav.settings' },
] as const;

/** My own page, and the way to everything that has no place in the bar. */
export function You() {
  const me = useMe();
  const query = useQuery(memberQueries.profile(me.handle));
  return (
    <Page title={t('profile.you')}>
      <Sections>
        <Unsent />
        <Loaded query={query} rows={1} height={14}>
          {(profile) => (
            <Head profile={{ ...profile, member: { ...profile.member, avatar: me.avatar, name: me.name } }} />
          )}
        </Loaded>
        <nav className={styles.links} aria-label={t('you.links')}>
          {LINKS.map(({ to, icon, label }) => (
            <Link key={to} to={to} className={styles.link}>
              <Icon name={icon} />
              {t(label)}
            </Link>
          ))}
          {(me.follow_requests ?? 0) > 0 && (
            <Link to="/follow-requests" className={styles.link}>
              <Icon name="people" />
              {t('today.requests', { count: me.follow_requests ?? 0 })}
            </Link>
          )}
        </nav>
        <Activity handle={me.handle} memberId={me.id} />
      </Sections>
    </Page>
  );
}

/** What this device has not been able to send. */
function Unsent() {
  const me = useMe();
  const mine = useOutbox().filter((entry) => entry.member_id === me.id);
  const parked = mine.filter(({ state }) => state === 'parked');
  if (mine.length === 0) return null;
  const first = parked[0];
  return (
    <div className={styles.unsent} role="status">
      {first ? (
        <>
          <span>{t('you.parked', { count: parked.length })}</span>
          <Link to="/workouts/$id" params={{ id: first.subject }}>
            {t('workout.parked.fix')}
          </Link>
        </>
      ) : (
        <>
          <span>{t('you.unsent', { count: mine.length })}</span>
          <Button onClick={() => void sendNow()}>{t('retry')}</Button>
        </>
      )}
    </div>
  );
}
