import type { ReactNode } from 'react';
import { Icon, type IconName } from '../ui/icons';
import styles from './Chrome.module.css';

/** One line over the screen, while something is true. */
export function Banner({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <div className={styles.banner} role="status">
      <Icon name={icon} size={20} />
      <span>{children}</span>
    </div>
  );
}
