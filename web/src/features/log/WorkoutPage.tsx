import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { ExerciseEntry, Workout } from '../../api/gen';
import { useMe, usePreferences } from '../../api/session';
import { workoutQueries } from '../../api/workouts';
import { day, timeOfDay, wallClock } from '../../format/dates';
import { decimal } from '../../format/number';
import { t } from '../../locales/t';
import { discard } from '../../offline/drain';
import type { Entry } from '../../offline/outbox';
import { useOutbox } from '../../offline/useOutbox';
import { Avatar } from '../../ui/Avatar';
import { Button, ButtonLink } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Confirm } from '../../ui/Dialog';
import { Icon } from '../../ui/icons';
import { lastTime } from '../../ui/lastTime';
import { Menu, MenuItem } from '../../ui/Menu';
import { Page } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { refusalText } from '../../ui/refusal';
import { Badge } from '../../ui/States';
import { Stats } from '../../ui/Stats';
import { useUnsent } from '../../ui/useMyWorkouts';
import { VisibilityIcon } from '../../ui/Visibility';
import { allStats, workoutTitle } from '../../ui/workoutStats';
import { deleteWorkout } from './send';
import styles from './Workout.module.css';

/** One workout, whole. */
export function WorkoutPage() {
  const { id } = useParams({ from: '/inside/workouts/$id' });
  const query = useQuery(workoutQueries.one(id));
  const unsent = useUnsent().find((workout) => workout.id === id);
  const workout = unsent ?? query.data;
  if (workout) return <Shown workout={workout} />;
  return (
    <Page title={t('workout.title')} back>
      <Loaded query={query} rows={3} height={8}>
        {() => null}
      </Loaded>
    </Page>
  );
}

function Shown({ workout }: { workout: Workout }) {
  const me = useMe();
  const { units, tz } = usePreferences();
  const mine = workout.author.id === me.id;
  const waiting = useOutbox().find(({ subject }) => subject === workout.id);
  return (
    <Page
      title={workoutTitle(workout)}
      back
      lead={
        mine ? ownTime(workout, tz) : `${day(workout.started_at, tz)}, ${timeOfDay(workout.started_at, tz)}`
      }
      actions={mine && <Verbs workout={workout} />}
    >
      <div className={styles.parts}>
        {waiting && <Waiting entry={waiting} workout={workout} />}
        <div className={styles.meta}>
          {!mine && (
            <Link to="/members/$handle" params={{ handle: workout.author.handle }} className={styles.author}>
              <Avatar member={workout.author} size={36} />
              {workout.author.name}
            </Link>
          )}
          <span className={styles.sport}>
            <Icon name={workout.sport} />
            {t(`sport.${workout.sport}`)}
          </span>
          {workout.session_id && (
            <Link to="/live/$id/recap" params={{ id: workout.session_id }} className={styles.sport}>
              <Icon name="live" />
              {t('workout.recap')}
            </Link>
          )}
          <VisibilityIcon visibility={workout.visibility} />
        </div>
        <Card>
          <Stats stats={allStats(workout, units)} big grid />
        </Card>
        {workout.exercises.map((entry, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an exercise may come twice, and the order is fixed
          <Done key={`${entry.exercise} ${at}`} entry={entry} />
        ))}
        {mine && workout.note && <Card className={styles.note}>{workout.note}</Card>}
      </div>
    </Page>
  );
}

/** Mine is told as I lived it; where that was another time of day than at home, with the name of the zone. */
function ownTime({ started_at, tz }: Workout, home: string): string {
  const when = `${day(started_at, tz)}, ${timeOfDay(started_at, tz)}`;
  return wallClock(started_at, tz) === wallClock(started_at, home) ? when : `${when} (${placeOf(tz)})`;
}

/** "America/New_York" is "New York". */
function placeOf(tz: string): string {
  return (tz.split('/').at(-1) ?? tz).replaceAll('_', ' ');
}

function Done({ entry }: { entry: ExerciseEntry }) {
  const { units } = usePreferences();
  const catalogue = useQuery(workoutQueries.exercises()).data;
  const name = catalogue?.find(({ slug }) => slug === entry.exercise)?.name ?? entry.exercise;
  return (
    <Card className={styles.exercise}>
      <h2>
        <Link to="/exercises/$slug" params={{ slug: entry.exercise }}>
          {name}
        </Link>
      </h2>
      {entry.note && <p className={styles.enote}>{entry.note}</p>}
      <ol className={styles.sets}>
        {(entry.sets ?? []).map((set, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sets have no name but their place
          <li key={at}>
            <span className={styles.number}>{at + 1}</span>
            <b className="num">{lastTime(set, units) ?? t('not.available')}</b>
            {set.kind && set.kind !== 'normal' && <Badge>{t(`kind.${set.kind}`)}</Badge>}
            {set.rpe != null && <Badge>RPE {decimal(set.rpe, 1)}</Badge>}
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Verbs({ workout }: { workout: Workout }) {
  const me = useMe();
  const navigate = useNavigate();
  const [sure, setSure] = useState(false);
  const { id } = workout;
  return (
    <>
      <Menu label={t('more')}>
        <MenuItem icon="edit" onChoose={() => void navigate({ to: '/workouts/$id/edit', params: { id } })}>
          {t('workout.edit')}
        </MenuItem>
        <MenuItem icon="trash" danger onChoose={() => setSure(true)}>
          {t('workout.delete')}
        </MenuItem>
      </Menu>
      {sure && (
        <Confirm
          title={t('workout.delete.sure')}
          action={t('workout.delete')}
          onClose={() => setSure(false)}
          onConfirm={async () => {
            await navigate({ to: '/workouts', replace: true });
            await deleteWorkout(id, me);
          }}
        >
          <p>{t('workout.delete.text')}</p>
        </Confirm>
      )}
    </>
  );
}

/** What has not reached the hub; what the hub refused can be corrected or given up, never vanishes. */
function Waiting({ entry, workout }: { entry: Entry; workout: Workout }) {
  if (entry.state === 'waiting') {
    return (
      <p>
        <Badge look="warn">{t('workout.pending')}</Badge>
      </p>
    );
  }
  return (
    <div className={styles.parked} role="alert">
      <p>{t('workout.parked.text', { why: refusalText(entry) })}</p>
      <div className={styles.buttons}>
        <ButtonLink to="/workouts/$id/edit" params={{ id: workout.id }} look="primary">
          {t('workout.parked.fix')}
        </ButtonLink>
        <Button look="danger" onClick={() => void discard(entry.id)}>
          {t('workout.parked.discard')}
        </Button>
      </div>
    </div>
  );
}
