import { useQuery } from '@tanstack/react-query';
import { boardQueries } from '../../api/boards';
import type { Challenge, Standing, Units } from '../../api/gen';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { Icon } from '../../ui/icons';
import styles from './Settled.module.css';
import { scoreText } from './words';

/** How it ended: the podium, and what I take home. */
export function Settled({ challenge, units }: { challenge: Challenge; units: Units }) {
  const { data } = useQuery(boardQueries.results(challenge.id));
  if (!data) return null;
  const winner = data.teams[0];
  return (
    <section className={styles.settled} aria-label={t('settled.title')}>
      <h2>{t('settled.title')}</h2>
      {challenge.sides !== 'individuals' && winner && (
        <p className={styles.winner}>
          <Icon name="trophy" size={22} />
          {t('settled.team', { name: winner.name, score: scoreText(winner.score, challenge, units) })}
        </p>
      )}
      <Podium podium={data.podium} challenge={challenge} units={units} />
      {data.badges.length > 0 && (
        <ul className={styles.badges} aria-label={t('settled.badges')}>
          {data.badges.map((badge) => (
            <li key={badge} data-badge={badge}>
              <Icon name={badge === 'goal' ? 'star' : badge === 'finisher' ? 'check' : 'trophy'} size={20} />
              {t(`badge.${badge}`)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The second to the left, the third to the right; who shares a rank shares its step. */
function Podium({
  podium,
  challenge,
  units,
}: {
  podium: readonly Standing[];
  challenge: Challenge;
  units: Units;
}) {
  const steps = [1, 2, 3]
    .map((rank) => ({ rank, people: podium.filter((standing) => standing.rank === rank) }))
    .filter(({ people }) => people.length > 0);
  if (steps.length === 0) return <p>{t('settled.nobody')}</p>;
  return (
    <ol className={styles.podium}>
      {steps.map(({ rank, people }) => (
        <li key={rank} data-rank={rank}>
          <span className={styles.people}>
            {people.slice(0, 3).map(({ member }) => (
              <Avatar key={member.id} member={member} size={rank === 1 ? 56 : 46} />
            ))}
          </span>
          <b>{people.map(({ member }) => member.name || t('board.nameless')).join(', ')}</b>
          <small className="num">{scoreText(people[0]?.score ?? 0, challenge, units)}</small>
          <span className={styles.step}>
            <span className="num">{rank}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
