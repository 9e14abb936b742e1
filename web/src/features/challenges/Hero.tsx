import type { Challenge, Units } from '../../api/gen';
import { t } from '../../locales/t';
import { Icon } from '../../ui/icons';
import { Badge } from '../../ui/States';
import { useNow } from '../../ui/useNow';
import { Goal, Rounds } from './Goal';
import styles from './Hero.module.css';
import { Progress } from './Progress';
import { gap, sharePassed } from './standings';
import type { LiveBoard } from './useBoard';
import { dates, gapText, METRIC_ICON, shownInRow, timeLeft, whatCounts } from './words';

/** Close to an end, the time that is left is told to the second. */
const CLOSE_MS = 3_600_000;

/** What it is about, how long it lasts, and where I stand. */
export function Hero({
  challenge,
  board,
  units,
  onWhy,
}: {
  challenge: Challenge;
  board: LiveBoard;
  units: Units;
  onWhy: () => void;
}) {
  const { metric, kind, state, starts_at, ends_at, settle_at, goal, creator, club } = challenge;
  const isClose = [ends_at, settle_at].some((at) => Math.abs(Date.parse(at) - Date.now()) < CLOSE_MS);
  const now = useNow(isClose && state !== 'ended' ? 1_000 : 60_000);
  return (
    <article className={styles.hero}>
      <div className={styles.top}>
        <Badge look={state === 'active' ? 'live' : 'stage'}>{t(`challenges.${state}`)}</Badge>
        <span className={styles.people}>
          <Icon name="people" size={18} />
          <span className="num">{t('challenge.in', { count: board.participants })}</span>
        </span>
      </div>
      <p className={styles.what}>
        <Icon name={METRIC_ICON[metric]} size={22} />
        <span>
          {whatCounts(challenge)}
          {state === 'provisional' && <small className={styles.note}>{t('challenge.provisional')}</small>}
        </span>
      </p>
      <div>
        <div className={styles.window} aria-hidden="true">
          <span style={{ transform: `scaleX(${sharePassed(starts_at, ends_at, now)})` }} />
        </div>
        <p className={styles.when}>
          <b role="timer">{timeLeft(challenge, now)}</b>
          <span>
            {dates(challenge)}
            {club ? ` · ${club.name}` : creator && ` · ${t('challenge.by', { name: creator.name })}`}
          </span>
        </p>
      </div>
      {kind === 'last_standing' && <Rounds challenge={challenge} mine={board.mine} now={now} />}
      {goal !== null && <Goal challenge={challenge} mine={board.mine} units={units} />}
      {board.mine && <Mine challenge={challenge} board={board} units={units} onWhy={onWhy} />}
      {challenge.me && <Progress challenge={challenge} units={units} moved={board.moved} />}
    </article>
  );
}

function Mine({
  challenge,
  board,
  units,
  onWhy,
}: {
  challenge: Challenge;
  board: LiveBoard;
  units: Units;
  onWhy: () => void;
}) {
  const { mine, around, top, myKey } = board;
  if (mine === null) return null;
  const { value, unit } = shownInRow(mine.score, challenge, units, top[0]?.score ?? mine.score);
  const difference = gap(around.length > 0 ? around : top, myKey);
  const isBlank = mine.workouts === 0;
  return (
    <div className={styles.mine} data-testid="my-standing">
      <p className={styles.label}>
        {t('standing.mine')}
        {challenge.me?.hidden && ` · ${t('standing.hidden')}`}
      </p>
      <p className={styles.rank}>
        <b className="num">{mine.rank}</b>
        <span className="num">
          {value} <small>{unit}</small>
        </span>
      </p>
      <div className={styles.foot}>
        <p className={styles.gap}>
          {isBlank
            ? t('standing.none')
            : difference &&
              t(`standing.${difference.is}`, {
                gap: gapText(difference.by, challenge, units),
                name: difference.to.member.name || t('board.nameless'),
              })}
        </p>
        <button type="button" className={styles.why} onClick={onWhy}>
          {t('score.why')}
        </button>
      </div>
    </div>
  );
}
