import type { Challenge, Standing, Units } from '../../api/gen';
import { decimal } from '../../format/number';
import { t } from '../../locales/t';
import { classes } from '../../ui/classes';
import styles from './Hero.module.css';
import { scoreText } from './words';

/** How far I am, or all of us are: then it is a thermometer. */
export function Goal({
  challenge,
  mine,
  units,
}: {
  challenge: Challenge;
  mine: Standing | null;
  units: Units;
}) {
  const { goal, kind, total } = challenge;
  if (goal === null) return null;
  const isOurs = kind === 'group_goal';
  const done = isOurs ? (total ?? 0) : (mine?.score ?? null);
  const all = scoreText(goal, challenge, units);
  const label = t(isOurs ? 'goal.together' : 'standing.goal.label');
  if (done === null) {
    return (
      <p className={styles.goal}>
        <b>{label}</b>
        <span className="num">{all}</span>
      </p>
    );
  }
  // The shorter the time, the better; without any there is nothing yet.
  const share = kind === 'fastest' ? (done > 0 ? goal / done : 0) : done / goal;
  return (
    <div>
      <p className={styles.goal}>
        <b>{share >= 1 ? t('standing.goal.done') : label}</b>
        <span className="num">
          {t('standing.goal', { done: scoreText(done, challenge, units), goal: all })}
          {isOurs && ` · ${decimal(Math.floor(Math.min(1, share) * 100))} %`}
        </span>
      </p>
      <progress
        className={classes(styles.progress, isOurs && styles.thermometer)}
        max={1}
        value={Math.min(1, share)}
        aria-label={label}
      />
    </div>
  );
}

const DAY_MS = 86_400_000;

export interface RoundsOf {
  readonly all: number;
  /** How many are over. */
  readonly over: number;
}

/** The rounds of a challenge that lasts until one stands. Pure. */
export function roundsOf(
  { starts_on, ends_on, starts_at, terms }: Pick<Challenge, 'starts_on' | 'ends_on' | 'starts_at' | 'terms'>,
  now: number,
): RoundsOf {
  const length = terms.round_days ?? 7;
  const days = Math.round((Date.parse(ends_on) - Date.parse(starts_on)) / DAY_MS) + 1;
  const all = Math.max(1, Math.ceil(days / length));
  const over = Math.floor(Math.max(0, now - Date.parse(starts_at)) / (length * DAY_MS));
  return { all, over: Math.min(all, over) };
}

/** Round after round: those that I survived, the one that is on, those to come. */
export function Rounds({
  challenge,
  mine,
  now,
}: {
  challenge: Challenge;
  mine: Standing | null;
  now: number;
}) {
  const { all, over } = roundsOf(challenge, now);
  const survived = mine?.score ?? 0;
  const isOut = mine !== null && survived < over;
  const stateOf = (round: number) => {
    if (mine !== null && round <= survived) return 'survived' as const;
    if (isOut) return 'out' as const;
    return round === over + 1 && challenge.state === 'active' ? ('now' as const) : ('next' as const);
  };
  return (
    <div>
      <p className={styles.goal}>
        <b>
          {mine === null || challenge.state === 'upcoming'
            ? t('rounds.all', { count: all })
            : isOut
              ? t('rounds.out', { round: survived + 1 })
              : t('rounds.in')}
        </b>
        <span className="num">{t('rank.of', { rank: Math.min(all, over + 1), count: all })}</span>
      </p>
      <ol className={styles.rounds}>
        {Array.from({ length: all }, (_, at) => {
          const state = stateOf(at + 1);
          return (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: a round is its number
              key={at}
              data-round={state}
              aria-label={t('rounds.one', {
                round: at + 1,
                state: state === 'out' ? t('rounds.out.word') : t(`rounds.${state}`),
              })}
            >
              {at + 1}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
