import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { Logo } from '../../ui/icons';
import styles from './Auth.module.css';

/** Around the forms in front of the door. */
export function Frame({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Pulsehub`;
  }, [title]);
  return (
    <main className={styles.form}>
      <Link to="/welcome" className={styles.brand}>
        <Logo size={40} />
        Pulsehub
      </Link>
      <div className={styles.panel}>
        <h1 data-page-heading tabIndex={-1}>
          {title}
        </h1>
        {children}
      </div>
    </main>
  );
}
