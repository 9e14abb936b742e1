import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const Workouts = createLazyRoute('/inside/workouts')({
  component: () => <Page title={t('log.title')}>{null}</Page>,
});
export const WorkoutPage = createLazyRoute('/inside/workouts/$id')({
  component: () => <Page title={t('log.title')}>{null}</Page>,
});
