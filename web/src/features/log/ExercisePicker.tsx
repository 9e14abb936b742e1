import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import type { Exercise } from '../../api/gen';
import { workoutQueries } from '../../api/workouts';
import { t } from '../../locales/t';
import { Dialog } from '../../ui/Dialog';
import { searchExercises, tags } from '../../ui/exercises';
import { TextField } from '../../ui/Field';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import styles from './Log.module.css';

/** Find a movement by name, muscle, movement or equipment; Enter takes the first. */
export function ExercisePicker({
  title,
  onPick,
  onClose,
}: {
  title: string;
  onPick: (exercise: Exercise) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text);
  const query = useQuery(workoutQueries.exercises());
  const found = useMemo(() => searchExercises(query.data ?? [], wanted), [query.data, wanted]);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={styles.picker}
        onSubmit={(event) => {
          event.preventDefault();
          // What is typed, not what is drawn already.
          const first = searchExercises(query.data ?? [], text)[0];
          if (first) onPick(first);
        }}
      >
        <TextField
          label={t('search')}
          labelHidden
          type="search"
          enterKeyHint="go"
          autoComplete="off"
          placeholder={t('picker.search')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          data-autofocus
        />
        <div className={styles.results}>
          <Loaded query={query} rows={6} height={3.5}>
            {() =>
              found.length === 0 ? (
                <EmptyState icon="search" title={t('picker.none.title')}>
                  {t('picker.none')}
                </EmptyState>
              ) : (
                <ul className={styles.found}>
                  {found.map((exercise) => (
                    <li key={exercise.slug}>
                      <button type="button" className={styles.pick} onClick={() => onPick(exercise)}>
                        <b>{exercise.name}</b>
                        <span>{tags(exercise)}</span>
                      </button>
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </div>
      </form>
    </Dialog>
  );
}
