import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { t } from '../locales/t';
import { Button } from './Button';
import { explain } from './explain';
import { Skeleton } from './States';
import styles from './States.module.css';

type Result<T> = Pick<UseQueryResult<T>, 'data' | 'error' | 'isFetching'> & { refetch: () => unknown };

/** Shapes while it loads, words and a way on when it failed, and what was read as soon as it is there. */
export function Loaded<T>({
  query,
  rows = 3,
  height = 5,
  children,
}: {
  query: Result<T>;
  rows?: number;
  height?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failed error={query.error} busy={query.isFetching} onRetry={query.refetch} />;
  return <Skeleton rows={rows} height={height} />;
}

function Failed({
  error,
  busy = false,
  onRetry,
}: {
  error: unknown;
  busy?: boolean;
  onRetry: () => unknown;
}) {
  return (
    <div className={styles.failed} role="alert">
      <span>{explain(error)}</span>
      <Button busy={busy} onClick={() => onRetry()}>
        {t('retry')}
      </Button>
    </div>
  );
}
