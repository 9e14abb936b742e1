import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { joinChallenge } from '../../api/challenges';
import type { Challenge, Standing } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { useChannelState } from '../../live/hooks';
import { ranked } from '../../live/places';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { toast } from '../../ui/toast';
import styles from './ListPage.module.css';
import { sharePassed } from './standings';
import { dates, METRIC_ICON, scoreText, timeLeft, whatCounts } from './words';

/** Challenges as cards; `reasons` says why one is shown at all. */
export function Cards({
  challenges,
  reasons,
}: {
  challenges: readonly Challenge[];
  reasons?: ReadonlyMap<string, string>;
}) {
  return (
    <ul className={styles.cards}>
      {challenges.map((challenge) => (
        <li key={challenge.id}>
          <Card challenge={challenge} reason={reasons?.get(challenge.id)} />
        </li>
      ))}
    </ul>
  );
}

function Card({ challenge, reason }: { challenge: Challenge; reason: string | undefined }) {
  const { id, title, metric, state, starts_at, ends_at } = challenge;
  const now = Date.now();
  return (
    <article className={styles.card}>
      <div className={styles.top}>
        <span className={styles.icon}>
          <Icon name={METRIC_ICON[metric]} size={26} />
        </span>
        <div className={styles.words}>
          <h3>
            <Link to="/challenges/$id" params={{ id }} className={styles.link}>
              {title}
            </Link>
          </h3>
          <p>{whatCounts(challenge)}</p>
          {reason && <p className={styles.reason}>{reason}</p>}
        </div>
      </div>
      <div>
        <div className={styles.window} aria-hidden="true">
          <span style={{ transform: `scaleX(${sharePassed(starts_at, ends_at, now)})` }} />
        </div>
        <p className={styles.when}>
          <b>{timeLeft(challenge, now)}</b>
          <span>{dates(challenge)}</span>
        </p>
      </div>
      <div className={styles.foot}>
        {challenge.mine ? (
          <Mine challenge={challenge} mine={challenge.mine} />
        ) : (
          <>
            <Who challenge={challenge} />
            {state !== 'ended' && <JoinButton id={id} />}
          </>
        )}
      </div>
    </article>
  );
}

function Who({ challenge: { state, leader, participants } }: { challenge: Challenge }) {
  const shown = state === 'upcoming' ? null : leader;
  return (
    <p className={styles.who}>
      {shown && <Avatar member={shown.member} size={28} />}
      <span>
        {shown && (
          <span className={styles.leader}>
            {t(state === 'ended' ? 'challenge.won' : 'challenge.leader', {
              name: shown.member.name || t('board.nameless'),
            })}
          </span>
        )}
        <span className="num">{t('challenge.in', { count: participants })}</span>
      </span>
    </p>
  );
}

/** My place on the card, which moves with the board. */
function Mine({ challenge, mine: read }: { challenge: Challenge; mine: Standing }) {
  const { units } = usePreferences();
  const live = useChannelState<unknown>(challenge.state === 'active' ? `board:${challenge.id}` : null);
  const mine = ranked(live.rows, challenge.kind).find(({ member }) => member.id === read.member.id) ?? read;
  return (
    <p className={styles.mine}>
      <b className="num">{mine.rank}</b>
      <span>
        <span>{t('rank.of', { rank: mine.rank, count: challenge.participants })}</span>
        <span className="num">{scoreText(mine.score, challenge, units)}</span>
      </span>
    </p>
  );
}

function JoinButton({ id }: { id: string }) {
  const join = useMutation({
    mutationFn: () => joinChallenge(id),
    onSuccess: () => toast(t('challenge.joined')),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  return (
    <Button look="volt" className={styles.join} busy={join.isPending} onClick={() => join.mutate()}>
      {t('challenge.join')}
    </Button>
  );
}
