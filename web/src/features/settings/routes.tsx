import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const Settings = createLazyRoute('/inside/settings')({
  component: () => <Page title={t('settings.title')}>{null}</Page>,
});
export const SettingsSection = createLazyRoute('/inside/settings/$section')({
  component: () => <Page title={t('settings.title')}>{null}</Page>,
});
