import type { CSSProperties } from 'react';
import { usePreferences } from '../../api/session';
import { calendarDay, localDate } from '../../format/dates';
import { brief } from '../../format/duration';
import { decimal } from '../../format/number';
import { distance, volume } from '../../format/units';
import { t } from '../../locales/t';
import { Card } from '../../ui/Card';
import { classes } from '../../ui/classes';
import { Loaded } from '../../ui/Query';
import { type Stat, Stats } from '../../ui/Stats';
import { useMyWorkouts } from '../../ui/useMyWorkouts';
import styles from './Today.module.css';
import { type Week, weekOf } from './week';

/** What I did this week, and on which days. */
export function WeekCard() {
  const { tz, week_start } = usePreferences();
  const { query, workouts } = useMyWorkouts();
  const today = localDate(Date.now(), tz);
  return (
    <Loaded query={{ ...query, data: workouts }} rows={1} height={12}>
      {(all) => <Shown week={weekOf(all, today, week_start)} today={today} />}
    </Loaded>
  );
}

function Shown({ week, today }: { week: Week; today: string }) {
  const { units } = usePreferences();
  const most = Math.max(...week.days.map(({ duration_s }) => duration_s), 1);
  const stats: Stat[] = [
    { label: t('profile.workouts'), value: decimal(week.workouts), unit: '' },
    { label: t('measure.time'), value: brief(week.duration_s), unit: '' },
  ];
  if (week.distance_m > 0) stats.push({ label: t('measure.distance'), ...distance(week.distance_m, units) });
  if (week.volume_kg > 0) stats.push({ label: t('measure.volume'), ...volume(week.volume_kg, units) });
  return (
    <Card className={styles.week}>
      {week.workouts === 0 ? <p>{t('today.week.none')}</p> : <Stats stats={stats} />}
      <ol className={styles.days}>
        {week.days.map(({ date, duration_s }) => (
          <li key={date} className={classes(styles.day, date === today && styles.today)}>
            <span className={styles.bar} aria-hidden="true">
              {duration_s > 0 && (
                <span className={styles.fill} style={{ '--share': duration_s / most } as CSSProperties} />
              )}
            </span>
            <span aria-hidden="true">{calendarDay(date, { weekday: 'narrow' })}</span>
            <span className="sr">
              {calendarDay(date, { weekday: 'long' })}: {brief(duration_s)}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
