import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const Exercises = createLazyRoute('/inside/exercises')({
  component: () => <Page title={t('log.title')}>{null}</Page>,
});
export const ExercisePage = createLazyRoute('/inside/exercises/$slug')({
  component: () => <Page title={t('log.title')}>{null}</Page>,
});
