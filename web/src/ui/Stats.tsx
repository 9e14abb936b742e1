import type { Shown } from '../format/units';
import { classes } from './classes';
import styles from './Stats.module.css';

export interface Stat extends Shown {
  label: string;
}

/** Numbers with their names; the number is what one sees first. */
export function Stats({
  stats,
  big = false,
  grid = false,
}: {
  stats: readonly Stat[];
  big?: boolean;
  grid?: boolean;
}) {
  return (
    <dl className={classes(styles.stats, big && styles.big, grid && styles.grid)}>
      {stats.map(({ label, value, unit }) => (
        <div key={label} className={styles.stat}>
          <dt>{label}</dt>
          <dd className="num">
            {value}
            {unit && <small>{unit}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
