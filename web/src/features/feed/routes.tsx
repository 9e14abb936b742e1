import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const Feed = createLazyRoute('/inside/feed')({
  component: () => <Page title={t('feed.title')}>{null}</Page>,
});
export const PostPage = createLazyRoute('/inside/posts/$id')({
  component: () => <Page title={t('feed.title')}>{null}</Page>,
});
