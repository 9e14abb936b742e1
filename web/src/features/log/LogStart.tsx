import { Link } from '@tanstack/react-router';
import { timeOfDay } from '../../format/dates';
import { t } from '../../locales/t';
import { useRunning } from '../../offline/drafts';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/Page';
import { ENDURANCE } from './endurance';
import styles from './LogStart.module.css';

/** Which sport; what is running already comes first. */
export function LogStart() {
  const draft = useRunning();
  return (
    <Page title={t('log.title')} heading={t('log.how')} back>
      {draft && (
        <Link to="/log/strength" className={styles.continue}>
          <span>
            {draft.title || t('log.continue')}
            <small>{t('log.continue.since', { when: timeOfDay(draft.started_at) })}</small>
          </span>
          <Icon name="next" />
        </Link>
      )}
      <div className={styles.sports}>
        <Link to="/log/strength" className={`${styles.sport} ${styles.first}`}>
          <Icon name="strength" size={32} />
          {t('sport.strength')}
        </Link>
        {ENDURANCE.map((sport) => (
          <Link key={sport} to="/log/endurance" search={{ sport }} className={styles.sport}>
            <Icon name={sport} size={32} />
            {t(`sport.${sport}`)}
          </Link>
        ))}
      </div>
    </Page>
  );
}
