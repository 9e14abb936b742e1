import type { HTMLAttributes, ReactNode } from 'react';
import styles from './Card.module.css';
import { classes } from './classes';

type CardProps = HTMLAttributes<HTMLDivElement> & { look?: 'plain' | 'stage'; flush?: boolean };

/** A surface. `stage` is dark in both themes: what is live stands on it. */
export function Card({ look = 'plain', flush, className, ...rest }: CardProps) {
  return (
    <div
      {...rest}
      className={classes(styles.card, look === 'stage' && styles.stage, flush && styles.flush, className)}
    />
  );
}

/** A part of a page: its heading, a link to more, and what belongs to it. */
export function Section({
  title,
  more,
  children,
}: {
  title: ReactNode;
  more?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section>
      <div className={styles.head}>
        <h2>{title}</h2>
        {more}
      </div>
      {children}
    </section>
  );
}
