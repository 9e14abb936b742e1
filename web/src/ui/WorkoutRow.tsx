import { Link } from '@tanstack/react-router';
import type { Workout } from '../api/gen';
import { usePreferences } from '../api/session';
import { calendarDay } from '../format/dates';
import { t } from '../locales/t';
import { useOutbox } from '../offline/useOutbox';
import { Icon } from './icons';
import { Badge } from './States';
import styles from './Workouts.module.css';
import { workoutStats, workoutTitle } from './workoutStats';

/** A workout in a list: what it was, when, and its two most telling numbers. */
function WorkoutRow({ workout }: { workout: Workout }) {
  const { units } = usePreferences();
  const waiting = useOutbox().find(({ subject }) => subject === workout.id);
  const [first, second] = workoutStats(workout, units);
  return (
    <Link to="/workouts/$id" params={{ id: workout.id }} className={styles.row}>
      <span className={styles.icon}>
        <Icon name={workout.sport} size={24} />
      </span>
      <span>
        <span className={styles.title}>{workoutTitle(workout)}</span>
        <br />
        <span className={styles.sub}>
          {calendarDay(workout.local_date, { weekday: 'short', day: 'numeric', month: 'short' })}
        </span>
        {waiting && (
          <>
            {' '}
            <Badge look="warn">{t(waiting.state === 'parked' ? 'workout.parked' : 'workout.pending')}</Badge>
          </>
        )}
      </span>
      <span className={`${styles.main} num`}>
        {first?.value} <small>{first?.unit}</small>
        {second && (
          <span className={styles.second}>
            {workout.set_count > 0 && !workout.distance_m
              ? t('measure.sets', { count: workout.set_count })
              : `${second.value} ${second.unit}`}
          </span>
        )}
      </span>
    </Link>
  );
}

/** Workouts under the months in which they were done. */
export function WorkoutsByMonth({ workouts }: { workouts: readonly Workout[] }) {
  const months = new Map<string, Workout[]>();
  for (const workout of workouts) {
    const month = workout.local_date.slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), workout]);
  }
  return (
    <>
      {[...months].map(([month, inIt]) => (
        <section key={month}>
          <h2 className={styles.month}>{calendarDay(`${month}-01`, { month: 'long', year: 'numeric' })}</h2>
          <div className={styles.list}>
            {inIt.map((workout) => (
              <WorkoutRow key={workout.id} workout={workout} />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}
