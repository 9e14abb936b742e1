import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { queryClient } from '../../api/client';
import { applyReactions, removePost } from '../../api/feed';
import type { AnyEvent, Profile } from '../../api/gen';
import { memberQueries } from '../../api/members';
import { useChannelEvents } from '../../live/hooks';
import { t } from '../../locales/t';
import { LoadMore } from '../../ui/LoadMore';
import { Page, Sections } from '../../ui/Page';
import { PostCard } from '../../ui/PostCard';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import { Tabs } from '../../ui/Tabs';
import { WorkoutsByMonth } from '../../ui/WorkoutRow';
import { Head } from './Head';
import styles from './Profile.module.css';

/** Somebody's page, as far as they show it to me. */
export function MemberPage() {
  const { handle } = useParams({ from: '/inside/members/$handle' });
  const query = useQuery(memberQueries.profile(handle));
  return (
    <Page title={query.data?.member.name ?? t('profile.title')} heading={t('profile.title')} back>
      <Loaded query={query} rows={2} height={12}>
        {(profile) => (
          <Sections>
            <Head profile={profile} />
            {isOpen(profile) ? (
              <Activity handle={handle} memberId={profile.member.id} />
            ) : (
              <Closed profile={profile} />
            )}
          </Sections>
        )}
      </Loaded>
    </Page>
  );
}

function isOpen({ relation, visibility }: Profile): boolean {
  if (relation === 'blocked') return false;
  return (
    relation === 'self' || visibility === 'public' || (visibility === 'followers' && relation === 'following')
  );
}

function Closed({ profile }: { profile: Profile }) {
  if (profile.relation === 'blocked') return <EmptyState icon="lock" title={t('profile.blocked')} />;
  if (profile.visibility === 'private') return <EmptyState icon="lock" title={t('profile.private')} />;
  return (
    <EmptyState icon="lock" title={t('profile.hidden.title')}>
      {t('profile.hidden', { name: profile.member.name })}
    </EmptyState>
  );
}

function hear(event: AnyEvent, handle: string): void {
  if (event.type === 'PostReacted') applyReactions(event.reactions, false);
  else if (event.type === 'PostRemoved') removePost(event.post_id);
  else void queryClient.invalidateQueries({ queryKey: memberQueries.posts(handle).queryKey });
}

const TABS = ['posts', 'workouts'] as const;

/** Posts and workouts; what the member posts while one looks appears. */
export function Activity({ handle, memberId }: { handle: string; memberId: string }) {
  useChannelEvents(`author:${memberId}`, {
    events: (heard) => {
      for (const { event } of heard) hear(event as AnyEvent, handle);
    },
  });
  const [tab, setTab] = useState<(typeof TABS)[number]>('posts');
  return (
    <div>
      <Tabs
        label={t('profile.title')}
        tabs={TABS.map((key) => ({ key, label: t(`profile.${key}`) }))}
        chosen={tab}
        onChoose={setTab}
      >
        {tab === 'posts' ? <Posts handle={handle} /> : <Workouts handle={handle} />}
      </Tabs>
    </div>
  );
}

function Posts({ handle }: { handle: string }) {
  const query = useInfiniteQuery(memberQueries.posts(handle));
  return (
    <>
      <Loaded query={query} rows={3} height={9}>
        {({ pages }) => {
          const posts = pages.flatMap((page) => page.items);
          if (posts.length === 0) return <EmptyState icon="feed" title={t('profile.posts.none')} />;
          return (
            <div className={styles.list}>
              {posts.map((post) => (
                <PostCard key={post.id} post={post} />
              ))}
            </div>
          );
        }}
      </Loaded>
      <LoadMore {...query} />
    </>
  );
}

function Workouts({ handle }: { handle: string }) {
  const query = useInfiniteQuery(memberQueries.workouts(handle));
  return (
    <>
      <Loaded query={query} rows={5} height={4.25}>
        {({ pages }) => {
          const workouts = pages.flatMap((page) => page.items);
          if (workouts.length === 0) return <EmptyState icon="strength" title={t('profile.workouts.none')} />;
          return <WorkoutsByMonth workouts={workouts} />;
        }}
      </Loaded>
      <LoadMore {...query} />
    </>
  );
}
