import { t } from '../../locales/t';
import { VisibilityChoice } from '../../ui/Visibility';
import styles from './Settings.module.css';
import { usePreference } from './usePreference';

export function Privacy() {
  const { preferences, change } = usePreference();
  return (
    <div className={styles.form}>
      <div className={styles.tight}>
        <VisibilityChoice
          label={t('privacy.profile')}
          value={preferences.profile_visibility}
          onChange={(profile_visibility) => change({ profile_visibility })}
        />
        <p className={styles.hint}>{t('privacy.profile.hint')}</p>
      </div>
      <div className={styles.tight}>
        <VisibilityChoice
          label={t('privacy.workouts')}
          value={preferences.workout_visibility}
          onChange={(workout_visibility) => change({ workout_visibility })}
        />
        <p className={styles.hint}>{t('privacy.workouts.hint')}</p>
      </div>
    </div>
  );
}
