import type { ReactNode } from 'react';
import { t } from '../locales/t';
import { classes } from './classes';
import { Icon, type IconName } from './icons';
import styles from './States.module.css';

/** Nothing here yet: says why, and offers the next step. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <span className={styles.picture}>
        <Icon name={icon} size={32} />
      </span>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** Grey shapes of what is coming; `rows` of `height` rem. */
export function Skeleton({ rows = 1, height = 5 }: { rows?: number; height?: number }) {
  return (
    <div className={styles.stack} role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the shapes are all alike
        <div key={row} className={styles.skeleton} style={{ height: `${height}rem` }} />
      ))}
    </div>
  );
}

/** A short label; `live` has a beating dot. */
export function Badge({
  look,
  children,
}: {
  look?: 'live' | 'ok' | 'warn' | 'stage' | undefined;
  children: ReactNode;
}) {
  return <span className={classes(styles.badge, look && styles[look])}>{children}</span>;
}
