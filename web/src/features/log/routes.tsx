import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const LogStart = createLazyRoute('/inside/log')({
  component: () => <Page title={t('log.title')}>{null}</Page>,
});
export const LogStrength = createLazyRoute('/inside/log/strength')({
  component: () => <Page title={t('log.title')}>{null}</Page>,
});
export const LogEndurance = createLazyRoute('/inside/log/endurance')({
  component: () => <Page title={t('log.title')}>{null}</Page>,
});
export const EditWorkout = createLazyRoute('/inside/workouts/$id/edit')({
  component: () => <Page title={t('log.title')}>{null}</Page>,
});
