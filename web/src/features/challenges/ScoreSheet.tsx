import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { fairQueries } from '../../api/fair-play';
import type { Challenge, ScoreLine, Units } from '../../api/gen';
import { day } from '../../format/dates';
import { t } from '../../locales/t';
import { classes } from '../../ui/classes';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/icons';
import { LoadMore } from '../../ui/LoadMore';
import { Loaded } from '../../ui/Query';
import { AppealForm } from './AppealForm';
import { Findings } from './Findings';
import styles from './ScoreSheet.module.css';
import { scoreText } from './words';

/** Why my score is what it is: each workout, and what became of it. */
export function ScoreSheet({
  challenge,
  units,
  onClose,
}: {
  challenge: Challenge;
  units: Units;
  onClose: () => void;
}) {
  const query = useInfiniteQuery(fairQueries.score(challenge.id));
  return (
    <Dialog title={t('score.title')} onClose={onClose}>
      <Loaded query={query} rows={4} height={4}>
        {({ pages }) => {
          const card = pages[0];
          const lines = pages.flatMap((page) => page.lines);
          return (
            <div className={styles.sheet}>
              {card && (
                <p className={styles.sum}>
                  <b className="num">{scoreText(card.score, challenge, units)}</b>
                  <span>
                    {t('score.from', { count: card.workouts })}
                    {card.is_settled && ` · ${t('score.settled')}`}
                    {card.baseline != null && ` · ${t('score.baseline')}`}
                  </span>
                </p>
              )}
              {lines.length === 0 && <p className={styles.none}>{t('score.none')}</p>}
              <ul className={styles.lines}>
                {lines.map((line) => (
                  <Line key={line.workout_id} line={line} challenge={challenge} units={units} />
                ))}
              </ul>
              <LoadMore {...query} />
            </div>
          );
        }}
      </Loaded>
    </Dialog>
  );
}

/** What a line measures is in the unit of the score; with a handicap it is the bare amount. */
function bareOf(challenge: Challenge): Challenge {
  const days = challenge.kind === 'streak' || challenge.kind === 'active_days';
  const rounds = challenge.kind === 'last_standing';
  return {
    ...challenge,
    kind: days || rounds ? 'most' : challenge.kind,
    terms: { ...challenge.terms, handicap: 'none' },
  };
}

function Line({ line, challenge, units }: { line: ScoreLine; challenge: Challenge; units: Units }) {
  const counts = line.code === 'counted' || line.code === 'capped';
  const { findings = [], value } = line;
  return (
    <li className={classes(styles.line, counts && styles.counts)}>
      <Icon name={line.sport} size={24} />
      <div className={styles.what}>
        <Link to="/workouts/$id" params={{ id: line.workout_id }} className={styles.title}>
          {line.title || t(`sport.${line.sport}`)}
        </Link>
        <small>{day(line.started_at)}</small>
        <span className={styles.why}>{t(`line.${line.code}`)}</span>
        <Findings findings={findings} />
        {line.code === 'quarantined' && (
          <AppealForm
            workout={line.workout_id}
            state={line.case ?? null}
            isSettled={challenge.state === 'ended'}
          />
        )}
      </div>
      <span className={classes(styles.value, 'num')}>
        {value == null ? '–' : scoreText(counts ? line.counted : value, bareOf(challenge), units)}
      </span>
    </li>
  );
}
