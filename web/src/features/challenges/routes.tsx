import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const Challenges = createLazyRoute('/inside/challenges')({
  component: () => <Page title={t('challenges.title')}>{null}</Page>,
});
export const NewChallenge = createLazyRoute('/inside/challenges/new')({
  component: () => <Page title={t('challenges.new')}>{null}</Page>,
});
export const ChallengePage = createLazyRoute('/inside/challenges/$id')({
  component: () => <Page title={t('challenges.title')}>{null}</Page>,
});
