import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Exercise, Units } from '../../api/gen';
import { workoutQueries } from '../../api/workouts';
import { t } from '../../locales/t';
import type { DraftExercise, DraftSet } from '../../offline/drafts';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/icons';
import { Menu, MenuItem } from '../../ui/Menu';
import styles from './Log.module.css';
import { heading, SetRow } from './SetRow';
import { addSet, FIELDS, removeLastSet } from './strength';

export interface BlockVerbs {
  change: (exercise: DraftExercise) => void;
  setDone: () => void;
  move: (by: -1 | 1) => void;
  replace: () => void;
  remove: () => void;
}

/** One exercise of the workout: its sets, with last time's numbers beside them where they are `compared`. */
export function ExerciseBlock({
  exercise,
  known,
  units,
  compared,
  verbs,
}: {
  exercise: DraftExercise;
  known: Exercise | undefined;
  units: Units;
  compared: boolean;
  verbs: BlockVerbs;
}) {
  const [noting, setNoting] = useState(exercise.note !== '');
  const before = useQuery({ ...workoutQueries.last(exercise.slug), enabled: compared }).data;
  const last = compared ? before : undefined;
  const name = known?.name ?? exercise.slug;
  const measure = known?.measured_by ?? 'reps';
  function changed(set: DraftSet) {
    const was = exercise.sets.find(({ key }) => key === set.key);
    verbs.change({ ...exercise, sets: exercise.sets.map((one) => (one.key === set.key ? set : one)) });
    if (set.done && !was?.done) verbs.setDone();
  }
  return (
    <section className={styles.exercise} aria-label={name}>
      <div className={styles.ehead}>
        <h2>{name}</h2>
        <Menu label={t('log.exercise.menu', { exercise: name })}>
          <MenuItem icon="swap" onChoose={verbs.replace}>
            {t('log.exercise.replace')}
          </MenuItem>
          <MenuItem icon="note" onChoose={() => setNoting(true)}>
            {t('log.exercise.note')}
          </MenuItem>
          <MenuItem icon="up" onChoose={() => verbs.move(-1)}>
            {t('log.exercise.up')}
          </MenuItem>
          <MenuItem icon="down" onChoose={() => verbs.move(1)}>
            {t('log.exercise.down')}
          </MenuItem>
          <MenuItem icon="trash" danger onChoose={verbs.remove}>
            {t('log.exercise.remove')}
          </MenuItem>
        </Menu>
      </div>
      {noting && (
        <input
          className={styles.note}
          aria-label={t('log.exercise.note')}
          placeholder={t('log.note.placeholder')}
          maxLength={500}
          value={exercise.note}
          onChange={(event) => verbs.change({ ...exercise, note: event.target.value })}
        />
      )}
      <table className={styles.sets}>
        <thead>
          <tr>
            <th scope="col" className={styles.cset}>
              {t('log.set')}
            </th>
            {compared && <th scope="col">{t('log.last')}</th>}
            {FIELDS[measure].map((field) => (
              <th key={field} scope="col">
                {heading(field, units)}
              </th>
            ))}
            <th scope="col" className={styles.ctick}>
              <span className="sr">{t('log.done')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {exercise.sets.map((set, at) => (
            <SetRow
              key={set.key}
              {...{ exercise, at, name, measure, last, units, compared }}
              onChange={changed}
            />
          ))}
        </tbody>
      </table>
      <div className={styles.efoot}>
        <Button onClick={() => verbs.change(addSet(exercise))}>
          <Icon name="plus" size={18} />
          {t('log.add.set')}
        </Button>
        {exercise.sets.length > 1 && (
          <Button
            look="ghost"
            icon
            aria-label={t('log.set.remove')}
            onClick={() => verbs.change(removeLastSet(exercise))}
          >
            <Icon name="trash" size={20} />
          </Button>
        )}
      </div>
    </section>
  );
}
