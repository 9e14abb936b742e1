import type { ErrorComponentProps } from '@tanstack/react-router';
import { t } from '../locales/t';
import { ButtonLink } from '../ui/Button';
import { explain } from '../ui/explain';
import { Page } from '../ui/Page';
import { EmptyState } from '../ui/States';

/** When a screen fails: what happened, what is safe, and a way on. */
export function ErrorScreen({ error }: ErrorComponentProps) {
  return (
    <Page title={t('error.title')}>
      <EmptyState
        icon="offline"
        title={explain(error)}
        action={<ButtonLink to="/">{t('error.home')}</ButtonLink>}
      />
    </Page>
  );
}

export function NotFoundScreen() {
  return (
    <Page title={t('error.not.found.title')}>
      <EmptyState
        icon="search"
        title={t('error.not.found')}
        action={<ButtonLink to="/">{t('error.home')}</ButtonLink>}
      />
    </Page>
  );
}
