import { useRouter, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { t } from '../locales/t';
import { Button } from './Button';
import { classes } from './classes';
import { Icon } from './icons';
import styles from './Page.module.css';

/**
 * A screen: its title becomes the document's, and its heading gets the focus when the route changes.
 * `back` shows a way back; `actions` stand beside the heading.
 */
export function Page({
  title,
  heading,
  lead,
  actions,
  back = false,
  wide = false,
  children,
}: {
  title: string;
  heading?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  back?: boolean;
  wide?: boolean;
  children: ReactNode;
}) {
  const ref = useRef<HTMLHeadingElement>(null);
  const router = useRouter();
  useEffect(() => {
    document.title = `${title} · Pulsehub`;
  }, [title]);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another screen, though the component stays
  useEffect(() => {
    if (router.history.length > 1) ref.current?.focus({ preventScroll: true });
  }, [router, path]);
  return (
    <div className={classes(styles.page, wide && styles.wide)}>
      <div className={styles.head}>
        {back && (
          <Button look="ghost" icon aria-label={t('back')} onClick={() => router.history.back()}>
            <Icon name="back" />
          </Button>
        )}
        <div className={styles.title}>
          <h1 ref={ref} tabIndex={-1} data-page-heading>
            {heading ?? title}
          </h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions}
      </div>
      {children}
    </div>
  );
}

/** The parts of a page, one under another. */
export function Sections({ children }: { children: ReactNode }) {
  return <div className={styles.sections}>{children}</div>;
}
