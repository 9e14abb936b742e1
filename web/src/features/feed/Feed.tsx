import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { feedQueries } from '../../api/feed';
import type { Post } from '../../api/gen';
import { useMe } from '../../api/session';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { ButtonLink } from '../../ui/Button';
import { Icon } from '../../ui/icons';
import { LoadMore } from '../../ui/LoadMore';
import { Page } from '../../ui/Page';
import { PostCard } from '../../ui/PostCard';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import { Composer } from './Composer';
import styles from './Feed.module.css';
import { useHeldBack } from './useHeldBack';

/** Newest first, nothing chosen for anybody. */
export function Feed() {
  const me = useMe();
  const navigate = useNavigate();
  const { compose } = useSearch({ from: '/inside/feed' });
  const query = useInfiniteQuery(feedQueries.home());
  return (
    <Page title={t('feed.title')}>
      <button
        type="button"
        className={styles.composer}
        onClick={() => void navigate({ to: '/feed', search: { compose: true } })}
      >
        <Avatar member={me} size={40} />
        {t('feed.write')}
      </button>
      <Loaded query={query} rows={4} height={11}>
        {({ pages }) => <List posts={pages.flatMap((page) => page.items)} />}
      </Loaded>
      <LoadMore {...query} />
      {compose && <Composer onClose={() => void navigate({ to: '/feed', search: {}, replace: true })} />}
    </Page>
  );
}

function List({ posts }: { posts: readonly Post[] }) {
  const me = useMe();
  const { shown, held, show } = useHeldBack(posts, me.id);
  if (posts.length === 0) {
    return (
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
    );
  }
  return (
    <>
      <div className={styles.pill} aria-live="polite">
        {held > 0 && (
          <button
            type="button"
            onClick={() => {
              show();
              window.scrollTo({ top: 0, behavior: 'smooth' });
            }}
          >
            <Icon name="up" size={18} />
            {t('feed.new', { count: held })}
          </button>
        )}
      </div>
      <div className={styles.list}>
        {shown.map((post) => (
          <PostCard key={post.id} post={post} />
        ))}
      </div>
    </>
  );
}
