import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { challengeQueries, joinChallenge } from '../../api/challenges';
import type { Challenge, ChallengeState, Standing } from '../../api/gen';
import { useMe, usePreferences } from '../../api/session';
import { useChannelRow } from '../../live/hooks';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { Button, ButtonLink } from '../../ui/Button';
import { Section } from '../../ui/Card';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { Page, Sections } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import { Tabs } from '../../ui/Tabs';
import { toast } from '../../ui/toast';
import styles from './ListPage.module.css';
import { sharePassed } from './standings';
import { dates, METRIC_ICON, scoreText, timeLeft, whatCounts } from './words';

const STATES: readonly ChallengeState[] = ['active', 'upcoming', 'ended'];

/** What is on, what comes, what was; mine first, with my place. */
export function ListPage() {
  const [state, setState] = useState<ChallengeState>('active');
  const query = useQuery(challengeQueries.list(state));
  return (
    <Page
      title={t('challenges.title')}
      lead={t('challenges.lead')}
      wide
      actions={
        <ButtonLink to="/challenges/new" look="primary" aria-label={t('challenges.new')}>
          <Icon name="plus" />
          {t('challenges.new.short')}
        </ButtonLink>
      }
    >
      <Tabs
        label={t('challenges.title')}
        chosen={state}
        onChoose={setState}
        tabs={STATES.map((key) => ({ key, label: t(`challenges.${key}`) }))}
      >
        <Loaded query={query} rows={3}>
          {(challenges) => <Lists challenges={challenges} state={state} />}
        </Loaded>
      </Tabs>
    </Page>
  );
}

function Lists({ challenges, state }: { challenges: readonly Challenge[]; state: ChallengeState }) {
  if (challenges.length === 0) {
    return (
      <EmptyState
        icon="trophy"
        title={t(`challenges.none.${state}`)}
        action={
          <ButtonLink to="/challenges/new" look="volt" size="large">
            {t('challenges.new')}
          </ButtonLink>
        }
      >
        {t('challenges.none')}
      </EmptyState>
    );
  }
  const mine = challenges.filter((challenge) => challenge.mine);
  const others = challenges.filter((challenge) => !challenge.mine);
  return (
    <Sections>
      {mine.length > 0 && (
        <Section title={t('challenges.mine')}>
          <Cards challenges={mine} />
        </Section>
      )}
      {others.length > 0 && (
        <Section title={t(state === 'ended' ? 'challenges.ended' : 'challenges.others')}>
          <Cards challenges={others} />
        </Section>
      )}
    </Sections>
  );
}

function Cards({ challenges }: { challenges: readonly Challenge[] }) {
  return (
    <ul className={styles.cards}>
      {challenges.map((challenge) => (
        <li key={challenge.id}>
          <Card challenge={challenge} />
        </li>
      ))}
    </ul>
  );
}

function Card({ challenge }: { challenge: Challenge }) {
  const { id, title, metric, state, starts_at, ends_at, participants, leader } = challenge;
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
            <p className={styles.who}>
              {leader && state !== 'upcoming' && <Avatar member={leader.member} size={28} />}
              <span>
                {leader && state !== 'upcoming' && (
                  <span className={styles.leader}>
                    {t(state === 'ended' ? 'challenge.won' : 'challenge.leader', {
                      name: leader.member.name,
                    })}
                  </span>
                )}
                <span className="num">{t('challenge.in', { count: participants })}</span>
              </span>
            </p>
            {state !== 'ended' && <JoinButton id={id} />}
          </>
        )}
      </div>
    </article>
  );
}

/** My place on the card, which moves with the board. */
function Mine({ challenge, mine: read }: { challenge: Challenge; mine: Standing }) {
  const me = useMe();
  const { units } = usePreferences();
  const live = useChannelRow<Standing>(challenge.state === 'active' ? `board:${challenge.id}` : null, me.id);
  const mine = live ?? read;
  const score = scoreText(mine.score, challenge, units);
  return (
    <p className={styles.mine}>
      <b className="num">{mine.rank}</b>
      <span>
        <span>{t('rank.of', { rank: mine.rank, count: challenge.participants })}</span>
        <span className="num">{score}</span>
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
