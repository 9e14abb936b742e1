import type { Visibility } from '../../api/gen';
import { t } from '../../locales/t';
import { VisibilityChoice } from '../../ui/Visibility';
import styles from './Log.module.css';

/** Who can see a workout, and what follows from keeping it to oneself. */
export function WorkoutVisibility(props: { value: Visibility; onChange: (value: Visibility) => void }) {
  return (
    <div>
      <VisibilityChoice {...props} />
      {props.value === 'private' && <p className={styles.aside}>{t('log.private.hint')}</p>}
    </div>
  );
}
