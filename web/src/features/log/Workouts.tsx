import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { LoadMore } from '../../ui/LoadMore';
import { Page } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import { useMyWorkouts } from '../../ui/useMyWorkouts';
import { WorkoutsByMonth } from '../../ui/WorkoutRow';

/** Everything I logged, newest first. */
export function Workouts() {
  const { query, workouts } = useMyWorkouts();
  return (
    <Page
      title={t('workouts.title')}
      back
      actions={
        <ButtonLink to="/log" look="primary">
          {t('log.short')}
        </ButtonLink>
      }
    >
      <Loaded query={{ ...query, data: workouts }} rows={6} height={4.25}>
        {(workouts) => {
          if (workouts.length > 0) return <WorkoutsByMonth workouts={workouts} />;
          return (
            <EmptyState
              icon="strength"
              title={t('workouts.empty.title')}
              action={
                <ButtonLink to="/log" look="volt">
                  {t('log.title')}
                </ButtonLink>
              }
            >
              {t('workouts.empty')}
            </EmptyState>
          );
        }}
      </Loaded>
      <LoadMore {...query} />
    </Page>
  );
}
