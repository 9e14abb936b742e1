import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { feedQueries } from '../../api/feed';
import { liveQueries } from '../../api/live';
import { useMe } from '../../api/session';
import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { Card, Section } from '../../ui/Card';
import { Icon } from '../../ui/icons';
import { Page, Sections } from '../../ui/Page';
import { PostCard } from '../../ui/PostCard';
import { Loaded } from '../../ui/Query';
import { SessionHero, SessionRow } from '../../ui/SessionCard';
import { EmptyState } from '../../ui/States';
import { ChallengeCards } from './ChallengeCards';
import styles from './Today.module.css';
import { WeekCard } from './WeekCard';

const MORE_SESSIONS = 2;
const POSTS = 3;

/** What to do now. */
export function Today() {
  const me = useMe();
  return (
    <Page title={t('today.title')} heading={hello(me.name.split(' ')[0] ?? me.name)}>
      <Sections>
        <Now />
        {(me.follow_requests ?? 0) > 0 && (
          <Link to="/follow-requests" className={styles.requests}>
            <Icon name="people" />
            {t('today.requests', { count: me.follow_requests ?? 0 })}
          </Link>
        )}
        <QuickStart />
        <Section title={t('today.week')} more={<Link to="/workouts">{t('today.history')}</Link>}>
          <WeekCard />
        </Section>
        <Section title={t('today.challenges')} more={<Link to="/challenges">{t('see.all')}</Link>}>
          <ChallengeCards />
        </Section>
        <Section title={t('today.feed')} more={<Link to="/feed">{t('see.all')}</Link>}>
          <Recent />
        </Section>
      </Sections>
    </Page>
  );
}

function hello(name: string): string {
  const hour = new Date().getHours();
  if (hour < 11 && hour >= 4) return t('today.hello.morning', { name });
  return t(hour >= 18 || hour < 4 ? 'today.hello.evening' : 'today.hello.day', { name });
}

/** The session to join, and what else is on. */
function Now() {
  const query = useQuery(liveQueries.list());
  return (
    <Section title={t('today.live')} more={<Link to="/live">{t('see.all')}</Link>}>
      <Loaded query={query} rows={1} height={14}>
        {([first, ...others]) =>
          first ? (
            <div className={styles.now}>
              <SessionHero session={first} />
              {/* On a desk the right column shows them. */}
              <div className={styles.others}>
                {others.slice(0, MORE_SESSIONS).map((session) => (
                  <SessionRow key={session.id} session={session} />
                ))}
              </div>
            </div>
          ) : (
            <Card>
              <EmptyState
                icon="live"
                title={t('today.live.none.title')}
                action={
                  <ButtonLink to="/live/new" look="volt">
                    {t('today.live.start')}
                  </ButtonLink>
                }
              >
                {t('today.live.none')}
              </EmptyState>
            </Card>
          )
        }
      </Loaded>
    </Section>
  );
}

function QuickStart() {
  return (
    <nav className={styles.quick} aria-label={t('today.quick')}>
      <Link to="/log/strength">
        <Icon name="strength" size={28} />
        {t('sport.strength')}
      </Link>
      <Link to="/log/endurance" search={{ sport: 'run' }}>
        <Icon name="run" size={28} />
        {t('sport.run')}
      </Link>
      <Link to="/log/endurance" search={{ sport: 'ride' }}>
        <Icon name="ride" size={28} />
        {t('sport.ride')}
      </Link>
      <Link to="/live/new">
        <Icon name="live" size={28} />
        {t('nav.live')}
      </Link>
    </nav>
  );
}

function Recent() {
  const query = useInfiniteQuery(feedQueries.home());
  return (
    <Loaded query={query} rows={2} height={9}>
      {({ pages }) => {
        const posts = pages.flatMap((page) => page.items).slice(0, POSTS);
        if (posts.length === 0) {
          return (
            <Card>
              <EmptyState
                icon="feed"
                title={t('feed.empty.title')}
                action={
                  <ButtonLink to="/members" look="primary">
                    {t('feed.find')}
                  </ButtonLink>
                }
              >
                {t('feed.empty')}
              </EmptyState>
            </Card>
          );
        }
        return (
          <div className={styles.posts}>
            {posts.map((post) => (
              <PostCard key={post.id} post={post} />
            ))}
          </div>
        );
      }}
    </Loaded>
  );
}
