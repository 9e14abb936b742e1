import type { ErrorComponentProps } from '@tanstack/react-router';
import { t } from '../locales/t';
import { Button, ButtonLink } from '../ui/Button';
import { explain } from '../ui/explain';
import { Page } from '../ui/Page';
import { EmptyState } from '../ui/States';

/** When a screen fails: what happened, what is safe, and a way on. */
export function ErrorScreen({ error }: ErrorComponentProps) {
  if (isMissingChunk(error)) {
    return (
      <Page title={t('error.title')}>
        <EmptyState
          icon="offline"
          title={t(navigator.onLine ? 'error.update' : 'error.chunk')}
          action={
            <Button look="primary" onClick={() => window.location.reload()}>
              {t('error.reload')}
            </Button>
          }
        />
      </Page>
    );
  }
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

/** A part of the application that could not be fetched: it was replaced by a newer one, or there is no network. */
function isMissingChunk(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|preload CSS|importing a module/iu.test(error.message)
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
