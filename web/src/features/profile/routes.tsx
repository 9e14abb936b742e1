import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const You = createLazyRoute('/inside/you')({
  component: () => <Page title={t('profile.title')}>{null}</Page>,
});
export const People = createLazyRoute('/inside/members')({
  component: () => <Page title={t('profile.title')}>{null}</Page>,
});
export const MemberPage = createLazyRoute('/inside/members/$handle')({
  component: () => <Page title={t('profile.title')}>{null}</Page>,
});
export const Ties = createLazyRoute('/inside/members/$handle/$side')({
  component: () => <Page title={t('profile.title')}>{null}</Page>,
});
export const FollowRequests = createLazyRoute('/inside/follow-requests')({
  component: () => <Page title={t('profile.title')}>{null}</Page>,
});
