import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { LiveSession, Result, Units } from '../../api/gen';
import { liveQueries } from '../../api/live';
import { useMe, usePreferences } from '../../api/session';
import { day, timeOfDay } from '../../format/dates';
import { clock } from '../../format/duration';
import { decimal } from '../../format/number';
import { distance, type Shown, steadyDistance } from '../../format/units';
import { useChannelState } from '../../live/hooks';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { ButtonLink } from '../../ui/Button';
import { Section } from '../../ui/Card';
import { classes } from '../../ui/classes';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/Page';
import { EmptyState, Skeleton } from '../../ui/States';
import './phases.css';
import { ProgrammeBar } from './ProgrammeBar';
import styles from './RecapPage.module.css';

/** How a session went: mine first, then everybody, and the workout that came of it. */
export function RecapPage({ id }: { id: string }) {
  const me = useMe();
  const { units } = usePreferences();
  const room = useQuery(liveQueries.room(id));
  const live = useChannelState<LiveSession>(`room:${id}`);
  const session = live.rows.get('session') ?? room.data?.session;
  const isOver = session?.state === 'finished';
  const results = useQuery({ ...liveQueries.results(id), enabled: isOver });
  const { refetch } = results;
  // Samples that came late change the results: they are read again when the room says that it changed.
  useEffect(() => {
    if (isOver && live.ready) void refetch();
  }, [isOver, live, refetch]);

  if (!session) {
    return (
      <Page title={t('live.recap')} back>
        {room.error ? <EmptyState icon="offline" title={explain(room.error)} /> : <Skeleton rows={3} />}
      </Page>
    );
  }
  if (!isOver) {
    return (
      <Page title={session.title} back>
        <EmptyState
          icon="live"
          title={t('recap.running')}
          action={
            <ButtonLink to="/live/$id" params={{ id }} look="volt">
              {t('recap.back')}
            </ButtonLink>
          }
        />
      </Page>
    );
  }
  const all = results.data ?? [];
  const mine = all.find(({ member }) => member.id === me.id);
  return (
    <Page title={session.title} heading={mine ? t('recap.done') : session.title} back wide>
      <div className={styles.page}>
        <Hero session={session} mine={mine} count={all.length} units={units} />
        <Section title={t('recap.results')}>
          {results.isPending ? (
            <Skeleton rows={4} height={3.5} />
          ) : all.length === 0 ? (
            <EmptyState
              icon="people"
              title={t('recap.none')}
              action={<ButtonLink to="/live/new">{t('recap.again')}</ButtonLink>}
            />
          ) : (
            <Results results={all} sport={session.sport} units={units} mine={mine?.number ?? null} />
          )}
        </Section>
      </div>
    </Page>
  );
}

function Hero({
  session,
  mine,
  count,
  units,
}: {
  session: LiveSession;
  mine: Result | undefined;
  count: number;
  units: Units;
}) {
  const at = session.started_at ?? session.created_at;
  return (
    <article className={styles.hero}>
      <div>
        <h2>{session.title}</h2>
        <p className={styles.when}>
          {t('recap.when', { when: `${day(at)}, ${timeOfDay(at)}`, name: session.host.name })}
        </p>
      </div>
      <ProgrammeBar programme={session.programme} />
      {mine && (
        <>
          <dl className={styles.facts} aria-label={t('recap.mine')}>
            {facts(mine, session, units).map(([label, { value, unit }]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd className="num">
                  {value} <small>{unit}</small>
                </dd>
              </div>
            ))}
          </dl>
          <div className={styles.actions}>
            {mine.workout_id && (
              <ButtonLink to="/workouts/$id" params={{ id: mine.workout_id }} look="volt" size="large">
                {t('recap.workout')}
                <Icon name="next" />
              </ButtonLink>
            )}
            {isMeasured(mine) && mine.rank <= count / 2 && (
              <p className={styles.when}>{t('recap.rank', { rank: mine.rank, count })}</p>
            )}
          </div>
        </>
      )}
    </article>
  );
}

/** Who has no number has no place either. */
function isMeasured({ distance_m, reps, power_avg_w, heart_rate_avg_bpm, energy_kcal }: Result): boolean {
  return [distance_m, reps, power_avg_w, heart_rate_avg_bpm, energy_kcal].some((value) => value !== null);
}

/** What was measured, and nothing that was not. */
function facts(mine: Result, { sport }: LiveSession, units: Units): [label: string, shown: Shown][] {
  const { distance_m, reps, heart_rate_avg_bpm, heart_rate_max_bpm, power_avg_w, energy_kcal } = mine;
  const bare = (value: number | null, unit: string): Shown | null =>
    value === null ? null : { value: decimal(value), unit };
  const all: [string, Shown | null][] = [
    [t('measure.time'), { value: clock(mine.duration_s), unit: '' }],
    [t('measure.distance'), distance_m === null ? null : distance(distance_m, units, sport)],
    [t('room.reps'), bare(reps, '')],
    [t('measure.heart'), bare(heart_rate_avg_bpm, t('unit.bpm'))],
    [t('measure.heart.max'), bare(heart_rate_max_bpm, t('unit.bpm'))],
    [t('room.power'), bare(power_avg_w, 'W')],
    [t('measure.energy'), bare(energy_kcal, 'kcal')],
  ];
  return all.filter((one): one is [string, Shown] => one[1] !== null);
}

function Results({
  results,
  sport,
  units,
  mine,
}: {
  results: readonly Result[];
  sport: LiveSession['sport'];
  units: Units;
  mine: number | null;
}) {
  const has = (of: (result: Result) => number | null) => results.some((result) => of(result) !== null);
  const longest = Math.max(0, ...results.map(({ distance_m }) => distance_m ?? 0));
  const bare = (unit: string) => (value: number) => ({ value: decimal(value), unit });
  const columns = [
    {
      label: t('measure.distance'),
      of: (one: Result) => one.distance_m,
      show: (value: number) => steadyDistance(value, units, sport, longest),
    },
    { label: t('room.reps'), of: (one: Result) => one.reps, show: bare('') },
    { label: t('room.power'), of: (one: Result) => one.power_avg_w, show: bare('W') },
    { label: t('room.heart'), of: (one: Result) => one.heart_rate_avg_bpm, show: bare(t('unit.bpm')) },
    { label: t('measure.energy'), of: (one: Result) => one.energy_kcal, show: bare('kcal') },
  ].filter(({ of }) => has(of));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls has to be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={t('recap.table')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">{t('recap.place')}</span>
            </th>
            <th scope="col">{t('recap.name')}</th>
            {columns.map(({ label }) => (
              <th key={label} scope="col" className={styles.number}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {results.map((result) => (
            <tr key={result.number} className={classes(result.number === mine && styles.mine)}>
              <td className={classes(styles.rank, 'num')}>
                {isMeasured(result) ? result.rank : t('not.available')}
              </td>
              <th scope="row">
                <span className={styles.who}>
                  <Avatar member={result.member} size={30} />
                  {result.number === mine ? t('rank.you') : result.member.name}
                </span>
              </th>
              {columns.map(({ label, of, show }) => {
                const value = of(result);
                return (
                  <td key={label} className={classes(styles.number, 'num')}>
                    {value === null ? t('not.available') : <Amount {...show(value)} />}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Amount({ value, unit }: Shown) {
  return (
    <>
      {value} {unit !== '' && <small>{unit}</small>}
    </>
  );
}
