import { useQuery } from '@tanstack/react-query';
import { boardQueries } from '../../api/boards';
import type { Challenge, RankDay, Units } from '../../api/gen';
import { calendarDay } from '../../format/dates';
import { decimal } from '../../format/number';
import { t } from '../../locales/t';
import styles from './Progress.module.css';
import { useReadAgain } from './useBoard';
import { scoreText } from './words';

/** Where I am heading, and how my place came about. */
export function Progress({
  challenge,
  units,
  moved,
}: {
  challenge: Challenge;
  units: Units;
  moved: unknown;
}) {
  const options = boardQueries.progress(challenge.id);
  const { data } = useQuery(options);
  useReadAgain(moved, options.queryKey, 5_000);
  if (!data) return null;
  const { pace, days } = data;
  const isOn = challenge.state === 'active';
  return (
    <>
      {isOn && pace?.expected != null && pace.score > 0 && (
        <p className={styles.pace}>
          <b>{t('pace.course', { amount: scoreText(pace.expected, challenge, units) })}</b>
          {pace.needed_per_day != null && (
            <span>{t('pace.needed', { amount: scoreText(pace.needed_per_day, challenge, units) })}</span>
          )}
        </p>
      )}
      {days.length > 1 && <RankChart days={days} />}
    </>
  );
}

const WIDTH = 320;
const HEIGHT = 72;
const EDGE = 6;

/** My rank at the end of each day, the first place on top; as a table for those who cannot see it. */
function RankChart({ days }: { days: readonly RankDay[] }) {
  const points = rankLine(days.map(({ rank }) => rank));
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return null;
  const worst = Math.max(...days.map(({ rank }) => rank));
  const best = Math.min(...days.map(({ rank }) => rank));
  const end = points.at(-1);
  const on = (day: string) => calendarDay(day, { day: 'numeric', month: 'short' });
  return (
    <figure className={styles.chart}>
      <figcaption>{t('progress.rank')}</figcaption>
      <div className={styles.plot} aria-hidden="true">
        <span className={styles.best}>{decimal(best)}</span>
        <span className={styles.worst}>{best === worst ? '' : decimal(worst)}</span>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <polyline points={points.map(([x, y]) => `${x},${y}`).join(' ')} />
        </svg>
        {end && <i style={{ top: `${(end[1] / HEIGHT) * 100}%` }} />}
      </div>
      <p className={styles.ends} aria-hidden="true">
        <span>{on(first.day)}</span>
        <span>{on(last.day)}</span>
      </p>
      <table className="sr">
        <caption>{t('progress.rank')}</caption>
        <tbody>
          {days.map(({ day, rank, participants }) => (
            <tr key={day}>
              <th scope="row">{on(day)}</th>
              <td>{t('rank.of', { rank, count: participants })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** The best rank on top, the worst at the foot; all the same is a line in the middle. */
export function rankLine(ranks: readonly number[]): [x: number, y: number][] {
  const [best, worst] = [Math.min(...ranks), Math.max(...ranks)];
  const step = ranks.length > 1 ? (WIDTH - 2 * EDGE) / (ranks.length - 1) : 0;
  return ranks.map((rank, at) => [
    EDGE + at * step,
    best === worst ? HEIGHT / 2 : EDGE + ((rank - best) / (worst - best)) * (HEIGHT - 2 * EDGE),
  ]);
}
