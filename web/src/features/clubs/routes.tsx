import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const Clubs = createLazyRoute('/inside/clubs')({
  component: () => <Page title={t('clubs.title')}>{null}</Page>,
});
export const NewClub = createLazyRoute('/inside/clubs/new')({
  component: () => <Page title={t('clubs.title')}>{null}</Page>,
});
export const ClubPage = createLazyRoute('/inside/clubs/$slug')({
  component: () => <Page title={t('clubs.title')}>{null}</Page>,
});
