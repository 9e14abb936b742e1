import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/client';
import type { Exercise } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { workoutQueries } from '../../api/workouts';
import { t } from '../../locales/t';
import type { WorkoutInProgress } from '../../offline/drafts';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/icons';
import { EmptyState } from '../../ui/States';
import { ExerciseBlock } from './ExerciseBlock';
import { ExercisePicker } from './ExercisePicker';
import styles from './Log.module.css';
import { addExercise, changeExercise, moveExercise, removeExercise, replaceExercise } from './strength';

/**
 * The exercises of a workout that is being written, and ways to add, replace and move them. `compared`: with the
 * numbers of last time, which a workout that is changed later would find in itself.
 */
export function Exercises({
  draft,
  compared = true,
  onChange,
  onSetDone,
}: {
  draft: WorkoutInProgress;
  compared?: boolean;
  onChange: (change: (draft: WorkoutInProgress) => WorkoutInProgress) => void;
  onSetDone: () => void;
}) {
  const { units } = usePreferences();
  const catalogue = useQuery(workoutQueries.exercises()).data;
  const [picking, setPicking] = useState<{ replace: string | null } | null>(null);

  async function pick(exercise: Exercise) {
    const replaced = picking?.replace;
    setPicking(null);
    if (replaced) return onChange((now) => replaceExercise(now, replaced, exercise.slug));
    const last = await queryClient.ensureQueryData(workoutQueries.last(exercise.slug)).catch(() => null);
    onChange((now) => addExercise(now, exercise.slug, last?.sets?.length));
  }

  return (
    <>
      {draft.exercises.length === 0 && (
        <EmptyState icon="strength" title={t('log.empty.title')}>
          {t('log.empty')}
        </EmptyState>
      )}
      <div className={styles.exercises}>
        {draft.exercises.map((exercise) => (
          <ExerciseBlock
            key={exercise.key}
            exercise={exercise}
            known={catalogue?.find(({ slug }) => slug === exercise.slug)}
            units={units}
            compared={compared}
            verbs={{
              change: (changed) => onChange((now) => changeExercise(now, exercise.key, () => changed)),
              setDone: onSetDone,
              move: (by) => onChange((now) => moveExercise(now, exercise.key, by)),
              replace: () => setPicking({ replace: exercise.key }),
              remove: () => onChange((now) => removeExercise(now, exercise.key)),
            }}
          />
        ))}
      </div>
      <div className={styles.under}>
        <Button
          look={draft.exercises.length === 0 ? 'volt' : 'outline'}
          size="large"
          wide
          onClick={() => setPicking({ replace: null })}
        >
          <Icon name="plus" />
          {t('log.add.exercise')}
        </Button>
      </div>
      {picking && (
        <ExercisePicker
          title={t(picking.replace ? 'picker.replace' : 'picker.title')}
          onPick={(exercise) => void pick(exercise)}
          onClose={() => setPicking(null)}
        />
      )}
    </>
  );
}
