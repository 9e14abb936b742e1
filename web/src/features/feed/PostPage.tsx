import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { applyReactions, comment, deleteComment, feedQueries, placeComment } from '../../api/feed';
import type { AnyEvent, Comment, Post } from '../../api/gen';
import { useMe, usePreferences } from '../../api/session';
import { uuid7 } from '../../api/uuid7';
import { ago } from '../../format/dates';
import { useChannelEvents } from '../../live/hooks';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { explain } from '../../ui/explain';
import { TextField } from '../../ui/Field';
import { Icon } from '../../ui/icons';
import { LoadMore } from '../../ui/LoadMore';
import { Page } from '../../ui/Page';
import { PostCard } from '../../ui/PostCard';
import { Loaded } from '../../ui/Query';
import { toast } from '../../ui/toast';
import { useSubmit } from '../../ui/useSubmit';
import styles from './Feed.module.css';

/** One post and what people say to it. */
export function PostPage() {
  const { id } = useParams({ from: '/inside/posts/$id' });
  const query = useQuery(feedQueries.post(id));
  return (
    <Page title={t('post.title')} back>
      <Loaded query={query} rows={1} height={14}>
        {(post) => (
          <>
            <PostCard post={post} alone />
            <Comments post={post} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Comments({ post }: { post: Post }) {
  const query = useInfiniteQuery(feedQueries.comments(post.id));
  useChannelEvents(`author:${post.author.id}`, {
    events: (heard) => {
      for (const { event } of heard) hear(event as AnyEvent, post.id);
    },
  });
  return (
    <section className={styles.comments} aria-label={t('comments.title')}>
      <Loaded query={query} rows={2} height={4}>
        {({ pages }) => {
          const comments = pages.flatMap((page) => page.items);
          if (comments.length === 0) return <p className={styles.none}>{t('comments.none')}</p>;
          return comments.map((one) => <Said key={one.id} comment={one} postAuthor={post.author.id} />);
        }}
      </Loaded>
      <LoadMore {...query} />
      <Answer postId={post.id} />
    </section>
  );
}

function hear(event: AnyEvent, postId: string): void {
  if (event.type !== 'PostReacted' || event.reactions.post_id !== postId) return;
  applyReactions(event.reactions, false);
  if (event.comment) placeComment(event.comment);
}

function Said({ comment: said, postAuthor }: { comment: Comment; postAuthor: string }) {
  const me = useMe();
  const { tz } = usePreferences();
  const { handle } = said.author;
  return (
    <article className={styles.comment}>
      <Avatar member={said.author} size={36} />
      <div className={styles.bubble}>
        <header>
          <Link to="/members/$handle" params={{ handle }}>
            {said.author.name}
          </Link>
          <time dateTime={said.created_at}>{ago(said.created_at, tz)}</time>
        </header>
        <p>{said.text}</p>
      </div>
      {(said.author.id === me.id || postAuthor === me.id) && (
        <Button
          look="ghost"
          icon
          aria-label={t('comments.delete')}
          onClick={() => deleteComment(said).catch((error: unknown) => toast(explain(error), { bad: true }))}
        >
          <Icon name="trash" size={18} />
        </Button>
      )}
    </article>
  );
}

function Answer({ postId }: { postId: string }) {
  const [text, setText] = useState('');
  const [id, setId] = useState(() => uuid7());
  const { submit, busy, errors, message } = useSubmit(comment, ['text']);
  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (text.trim() === '' || !(await submit(postId, { id, text: text.trim() }))) return;
    setText('');
    setId(uuid7());
  }
  return (
    <form className={styles.answer} onSubmit={onSubmit}>
      <TextField
        label={t('comments.write')}
        labelHidden
        placeholder={t('comments.write')}
        autoComplete="off"
        maxLength={1_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        error={errors.text ?? message ?? undefined}
      />
      <Button type="submit" look="primary" busy={busy}>
        {t('comments.send')}
      </Button>
    </form>
  );
}
