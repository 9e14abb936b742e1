import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Exercise } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { workoutQueries } from '../../api/workouts';
import { t, term } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { Card, Section } from '../../ui/Card';
import { lastTime } from '../../ui/lastTime';
import { Page, Sections } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import styles from './Exercises.module.css';

/** One movement: how to do it, and what I did last time. */
export function ExercisePage() {
  const { slug } = useParams({ from: '/inside/exercises/$slug' });
  const query = useQuery(workoutQueries.exercises());
  const exercise = query.data?.find((one) => one.slug === slug);
  return (
    <Page title={exercise?.name ?? t('exercises.title')} back>
      <Loaded query={query} rows={2} height={8}>
        {() =>
          exercise ? <Shown exercise={exercise} /> : <EmptyState icon="search" title={t('error.not.found')} />
        }
      </Loaded>
    </Page>
  );
}

function Shown({ exercise }: { exercise: Exercise }) {
  const { units } = usePreferences();
  const last = useQuery(workoutQueries.last(exercise.slug));
  const equipment = exercise.equipment.filter((one) => one !== 'none');
  return (
    <Sections>
      <Card>
        <p className={styles.cues}>{exercise.cues}</p>
      </Card>
      <Section title={t('exercises.last')}>
        <Loaded query={last} rows={1} height={3}>
          {(entry) =>
            entry?.sets?.length ? (
              <ol className={styles.sets}>
                {entry.sets.map((set, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: sets have no name but their place
                  <li key={at} className="num">
                    {lastTime(set, units) ?? t('not.available')}
                  </li>
                ))}
              </ol>
            ) : (
              <p>{t('exercises.last.none')}</p>
            )
          }
        </Loaded>
      </Section>
      <dl className={styles.facts}>
        <div>
          <dt>{t('exercises.muscles')}</dt>
          <dd>{[...exercise.primary_muscles, ...exercise.secondary_muscles].map(term).join(', ')}</dd>
        </div>
        <div>
          <dt>{t('exercises.equipment')}</dt>
          <dd>{equipment.map(term).join(', ') || t('exercises.equipment.none')}</dd>
        </div>
        <div>
          <dt>{t('exercises.pattern')}</dt>
          <dd>{term(exercise.pattern)}</dd>
        </div>
      </dl>
      <ButtonLink to="/log/strength" look="primary">
        {t('log.strength')}
      </ButtonLink>
    </Sections>
  );
}
