import type { Challenge, Standing, Units } from '../../api/gen';
import { t } from '../../locales/t';
import { Icon } from '../../ui/icons';
import { Badge } from '../../ui/States';
import { useNow } from '../../ui/useNow';
import styles from './Hero.module.css';
import { gap, sharePassed } from './standings';
import { dates, gapText, METRIC_ICON, scoreText, shownInRow, timeLeft, whatCounts } from './words';

const EACH_MINUTE_MS = 60_000;

/** What it is about, how long it lasts, and where I stand. */
export function Hero({
  challenge,
  standings,
  mine,
  participants,
  units,
}: {
  challenge: Challenge;
  standings: readonly Standing[];
  mine: Standing | null;
  participants: number;
  units: Units;
}) {
  const now = useNow(EACH_MINUTE_MS);
  const { metric, state, starts_at, ends_at, goal, creator } = challenge;
  return (
    <article className={styles.hero}>
      <div className={styles.top}>
        <Badge look={state === 'active' ? 'live' : 'stage'}>{t(`challenges.${state}`)}</Badge>
        <span className={styles.people}>
          <Icon name="people" size={18} />
          <span className="num">{t('challenge.in', { count: participants })}</span>
        </span>
      </div>
      <p className={styles.what}>
        <Icon name={METRIC_ICON[metric]} size={22} />
        <span>
          {whatCounts(challenge)}
          {state !== 'ended' && <small className={styles.note}>{t('challenge.private')}</small>}
        </span>
      </p>
      <div>
        <div className={styles.window} aria-hidden="true">
          <span style={{ transform: `scaleX(${sharePassed(starts_at, ends_at, now)})` }} />
        </div>
        <p className={styles.when}>
          <b>{timeLeft(challenge, now)}</b>
          <span>
            {dates(challenge)}
            {creator && ` · ${t('challenge.by', { name: creator.name })}`}
          </span>
        </p>
      </div>
      {mine && <Mine mine={mine} standings={standings} challenge={challenge} units={units} />}
      {goal !== null && <Goal done={mine?.score ?? null} goal={goal} challenge={challenge} units={units} />}
    </article>
  );
}

function Mine({
  mine,
  standings,
  challenge,
  units,
}: {
  mine: Standing;
  standings: readonly Standing[];
  challenge: Challenge;
  units: Units;
}) {
  const { value, unit } = shownInRow(mine.score, challenge.metric, units, standings[0]?.score ?? mine.score);
  const difference = gap(standings, mine.member.id);
  return (
    <div className={styles.mine} data-testid="my-standing">
      <p className={styles.label}>{t('standing.mine')}</p>
      <p className={styles.rank}>
        <b className="num">{mine.rank}</b>
        <span className="num">
          {value} <small>{unit}</small>
        </span>
      </p>
      <p className={styles.gap}>
        {mine.workouts === 0 && mine.score === 0
          ? t('standing.none')
          : difference &&
            t(`standing.${difference.is}`, {
              gap: gapText(difference.by, challenge.metric, units),
              name: difference.to.member.name,
            })}
      </p>
    </div>
  );
}

function Goal({
  done,
  goal,
  challenge,
  units,
}: {
  /** Null for who does not take part. */
  done: number | null;
  goal: number;
  challenge: Challenge;
  units: Units;
}) {
  const all = scoreText(goal, challenge.metric, units);
  if (done === null) {
    return (
      <p className={styles.goal}>
        <b>{t('standing.goal.label')}</b>
        <span className="num">{all}</span>
      </p>
    );
  }
  const share = done / goal;
  return (
    <div>
      <p className={styles.goal}>
        <b>{share >= 1 ? t('standing.goal.done') : t('standing.goal.label')}</b>
        <span className="num">
          {t('standing.goal', { done: scoreText(done, challenge.metric, units), goal: all })}
        </span>
      </p>
      <progress
        className={styles.progress}
        max={1}
        value={Math.min(1, share)}
        aria-label={t('standing.goal.label')}
      />
    </div>
  );
}
