import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const Session = createLazyRoute('/inside/live/$id')({
  component: () => <Page title={t('live.title')}>{null}</Page>,
});
