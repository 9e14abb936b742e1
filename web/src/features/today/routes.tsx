import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const Today = createLazyRoute('/inside/')({
  component: () => <Page title={t('today.title')}>{null}</Page>,
});
