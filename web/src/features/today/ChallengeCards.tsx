import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { challengeQueries } from '../../api/challenges';
import type { Challenge } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { score } from '../../format/score';
import { useChannelState } from '../../live/hooks';
import { ranked } from '../../live/places';
import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import styles from './Today.module.css';

const SHOWN = 4;
const DAY_MS = 86_400_000;

/** The challenges I am in, with my place, which moves. */
export function ChallengeCards() {
  const query = useQuery(challengeQueries.list('active'));
  return (
    <Loaded query={query} rows={2}>
      {(challenges) => {
        const mine = challenges.filter((challenge) => challenge.mine);
        if (mine.length === 0) {
          return (
            <EmptyState
              icon="trophy"
              title={t('today.challenges.none')}
              action={
                <ButtonLink to="/challenges" look="primary">
                  {t('today.challenges.find')}
                </ButtonLink>
              }
            />
          );
        }
        return (
          <div className={styles.challenges}>
            {mine.slice(0, SHOWN).map((challenge) => (
              <ChallengeCard key={challenge.id} challenge={challenge} />
            ))}
          </div>
        );
      }}
    </Loaded>
  );
}

function ChallengeCard({ challenge }: { challenge: Challenge }) {
  const { units } = usePreferences();
  const live = useChannelState<unknown>(`board:${challenge.id}`);
  const read = challenge.mine;
  const mine = ranked(live.rows, challenge.kind).find(({ member }) => member.id === read?.member.id) ?? read;
  if (!mine) return null;
  const { value, unit } = score(mine.score, challenge, units);
  const days = Math.ceil((Date.parse(challenge.ends_at) - Date.now()) / DAY_MS);
  return (
    <Link to="/challenges/$id" params={{ id: challenge.id }} className={styles.challenge}>
      <span className={`${styles.rank} num`}>{mine.rank}</span>
      <span>
        <span className={styles.ctitle}>{challenge.title}</span>
        <br />
        <span className={`${styles.csub} num`}>
          {value} {unit} · {t('rank.of', { rank: mine.rank, count: challenge.participants })}
        </span>
        <br />
        <span className={styles.cleft}>
          {days <= 1 ? t('today.last.day') : t('today.days.left', { count: days })}
        </span>
      </span>
    </Link>
  );
}
