import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { workoutQueries } from '../../api/workouts';
import { t } from '../../locales/t';
import { searchExercises, tags } from '../../ui/exercises';
import { TextField } from '../../ui/Field';
import { Page } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import styles from './Exercises.module.css';

/** The catalogue. */
export function Exercises() {
  const query = useQuery(workoutQueries.exercises());
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text);
  return (
    <Page title={t('exercises.title')} back>
      <div className={styles.search}>
        <TextField
          label={t('search')}
          labelHidden
          type="search"
          placeholder={t('picker.search')}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Loaded query={query} rows={8} height={4}>
        {(all) => {
          const found = searchExercises(all, wanted);
          if (found.length === 0) {
            return (
              <EmptyState icon="search" title={t('picker.none.title')}>
                {t('picker.none')}
              </EmptyState>
            );
          }
          return (
            <div className={styles.list}>
              {found.map((exercise) => (
                <Link
                  key={exercise.slug}
                  to="/exercises/$slug"
                  params={{ slug: exercise.slug }}
                  className={styles.item}
                >
                  {exercise.name}
                  <small>{tags(exercise)}</small>
                </Link>
              ))}
            </div>
          );
        }}
      </Loaded>
    </Page>
  );
}
