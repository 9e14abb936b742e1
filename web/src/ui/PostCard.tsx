import { Link } from '@tanstack/react-router';
import { deletePost, setKudos } from '../api/feed';
import type { Post, WorkoutSummary } from '../api/gen';
import { usePreferences, useSession } from '../api/session';
import { ago } from '../format/dates';
import { t } from '../locales/t';
import { Avatar } from './Avatar';
import { explain } from './explain';
import { Icon } from './icons';
import { Menu, MenuItem } from './Menu';
import styles from './Post.module.css';
import { Stats } from './Stats';
import { toast } from './toast';
import { VisibilityIcon } from './Visibility';
import { workoutStats, workoutTitle } from './workoutStats';

const EXERCISES_SHOWN = 4;

/** A post in a list or on its own page; kudos react at once. */
export function PostCard({ post, alone = false }: { post: Post; alone?: boolean }) {
  const me = useSession().me;
  const { tz } = usePreferences();
  const mine = post.author.id === me?.id;
  return (
    <article className={styles.post} aria-label={t('post.by', { name: post.author.name })}>
      <header className={styles.head}>
        <Link to="/members/$handle" params={{ handle: post.author.handle }} tabIndex={-1} aria-hidden="true">
          <Avatar member={post.author} />
        </Link>
        <div className={styles.who}>
          <Link to="/members/$handle" params={{ handle: post.author.handle }} className={styles.name}>
            {post.author.name}
          </Link>
          <div className={styles.when}>
            {alone ? (
              <time dateTime={post.created_at}>{ago(post.created_at, tz)}</time>
            ) : (
              <Link to="/posts/$id" params={{ id: post.id }}>
                <time dateTime={post.created_at}>{ago(post.created_at, tz)}</time>
              </Link>
            )}
            <VisibilityIcon visibility={post.visibility} />
          </div>
        </div>
        {mine && post.kind === 'note' && (
          <Menu label={t('more')}>
            <MenuItem icon="trash" onChoose={() => void removed(post)}>
              {t('post.delete')}
            </MenuItem>
          </Menu>
        )}
      </header>
      {post.text && <p className={styles.text}>{post.text}</p>}
      {post.workout && <Summary workout={post.workout} />}
      <footer className={styles.foot}>
        <Kudos post={post} />
        {alone ? (
          <span className={styles.react}>
            <Icon name="comment" />
            <span className="num">{t('post.comments', { count: post.comments })}</span>
          </span>
        ) : (
          <Link to="/posts/$id" params={{ id: post.id }} className={styles.react}>
            <Icon name="comment" />
            <span className="num">{t('post.comments', { count: post.comments })}</span>
          </Link>
        )}
      </footer>
    </article>
  );
}

async function removed(post: Post): Promise<void> {
  try {
    await deletePost(post.id);
    toast(t('post.deleted'));
  } catch (error) {
    toast(explain(error), { bad: true });
  }
}

function Kudos({ post }: { post: Post }) {
  const given = post.my_kudos ?? false;
  return (
    <button
      type="button"
      className={styles.react}
      aria-pressed={given}
      aria-label={t('post.kudos.give', { name: post.author.name, count: post.kudos })}
      onClick={() => setKudos(post, !given).catch((error: unknown) => toast(explain(error), { bad: true }))}
    >
      <Icon name="heart" filled={given} />
      <span className="num">{t('post.kudos', { count: post.kudos })}</span>
    </button>
  );
}

/** A workout as others see it in a feed. */
function Summary({ workout }: { workout: WorkoutSummary }) {
  const { units } = usePreferences();
  const { exercise_names: names } = workout;
  const rest = names.length - EXERCISES_SHOWN;
  return (
    <Link to="/workouts/$id" params={{ id: workout.id }} className={styles.workout}>
      <span className={styles.wtitle}>
        <span className={styles.wicon}>
          <Icon name={workout.sport} size={24} />
        </span>
        {workoutTitle(workout)}
      </span>
      <Stats stats={workoutStats(workout, units).slice(0, 4)} />
      {names.length > 0 && (
        <span className={styles.exercises}>
          {names.slice(0, EXERCISES_SHOWN).join(' · ')}
          {rest > 0 && ` · ${t('post.more.exercises', { count: rest })}`}
        </span>
      )}
    </Link>
  );
}
