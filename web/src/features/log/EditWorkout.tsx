import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Visibility, Workout } from '../../api/gen';
import { useMe, usePreferences } from '../../api/session';
import { workoutQueries } from '../../api/workouts';
import { clock, parseDuration } from '../../format/duration';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { TextArea, TextField } from '../../ui/Field';
import { Page } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { useUnsent } from '../../ui/useMyWorkouts';
import { Effort } from './Effort';
import { EnduranceForm } from './EnduranceForm';
import { Exercises } from './Exercises';
import { typedFrom } from './endurance';
import styles from './Log.module.css';
import { useStart } from './StartField';
import { saveWorkout } from './send';
import { reopen, toEntries } from './strength';
import { WorkoutVisibility } from './WorkoutVisibility';

/** Change a workout that is stored. */
export function EditWorkout() {
  const { id } = useParams({ from: '/inside/workouts/$id/edit' });
  const query = useQuery(workoutQueries.one(id));
  const unsent = useUnsent().find((workout) => workout.id === id);
  return (
    <Page title={t('log.edit')} back>
      <Loaded query={{ ...query, data: unsent ?? query.data }} rows={4}>
        {(workout) =>
          workout.sport === 'strength' ? <EditStrength workout={workout} /> : <EditOther workout={workout} />
        }
      </Loaded>
    </Page>
  );
}

function EditOther({ workout }: { workout: Workout }) {
  const me = useMe();
  const { units } = usePreferences();
  const navigate = useNavigate();
  return (
    <EnduranceForm
      id={workout.id}
      initial={typedFrom(workout, units)}
      onSave={async (draft) => {
        await saveWorkout({ ...draft, exercises: workout.exercises }, me, workout);
        await navigate({ to: '/workouts/$id', params: { id: workout.id }, replace: true });
      }}
    />
  );
}

function EditStrength({ workout }: { workout: Workout }) {
  const me = useMe();
  const { units } = usePreferences();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(() => reopen(workout, units));
  const [duration, setDuration] = useState(() => clock(workout.duration_s));
  const [note, setNote] = useState(workout.note ?? '');
  const [effort, setEffort] = useState(workout.rpe);
  const [visibility, setVisibility] = useState<Visibility>(workout.visibility);
  const start = useStart(workout.started_at, workout.tz);
  const seconds = parseDuration(duration);
  async function save(event: FormEvent) {
    event.preventDefault();
    if (!seconds || start.iso === null) return;
    await saveWorkout(
      {
        id: workout.id,
        sport: workout.sport,
        started_at: start.iso,
        tz: workout.tz,
        duration_s: seconds,
        title: draft.title.trim(),
        note: note.trim(),
        rpe: effort,
        visibility,
        exercises: toEntries(draft, units),
      },
      me,
      workout,
    );
    await navigate({ to: '/workouts/$id', params: { id: workout.id }, replace: true });
  }
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      <TextField
        label={t('log.name')}
        maxLength={120}
        value={draft.title}
        onChange={(event) => setDraft({ ...draft, title: event.target.value })}
      />
      <div className={styles.pair}>
        {start.field}
        <TextField
          label={t('log.duration')}
          value={duration}
          onChange={(event) => setDuration(event.target.value)}
          error={seconds ? undefined : t('log.duration.wrong')}
        />
      </div>
      <Exercises
        draft={draft}
        compared={false}
        onChange={(change) => setDraft(change)}
        onSetDone={() => undefined}
      />
      <Effort value={effort} onChange={setEffort} />
      <TextArea
        label={t('log.note')}
        hint={t('log.note.hint')}
        rows={3}
        maxLength={2_000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <WorkoutVisibility value={visibility} onChange={setVisibility} />
      <Button type="submit" look="primary" size="large" wide>
        {t('log.save')}
      </Button>
    </form>
  );
}
