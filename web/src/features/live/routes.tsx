import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const LiveLobby = createLazyRoute('/inside/live')({
  component: () => <Page title={t('live.title')}>{null}</Page>,
});
export const NewSession = createLazyRoute('/inside/live/new')({
  component: () => <Page title={t('live.new')}>{null}</Page>,
});
export const Recap = createLazyRoute('/inside/live/$id/recap')({
  component: () => <Page title={t('live.recap')}>{null}</Page>,
});
