import { Link } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/Page';
import styles from './Settings.module.css';
import { SignOut } from './SignOut';

const SECTIONS = [
  { section: 'profile', icon: 'you' },
  { section: 'preferences', icon: 'palette' },
  { section: 'privacy', icon: 'lock' },
  { section: 'account', icon: 'device' },
  { section: 'tokens', icon: 'key' },
  { section: 'sync', icon: 'sync' },
] as const;

export function Settings() {
  return (
    <Page title={t('settings.title')}>
      <nav className={styles.menu} aria-label={t('settings.title')}>
        {SECTIONS.map(({ section, icon }) => (
          <Link key={section} to="/settings/$section" params={{ section }} className={styles.item}>
            <Icon name={icon} size={26} />
            <span>
              {t(`settings.${section}`)}
              <small>{t(`settings.${section}.hint`)}</small>
            </span>
            <Icon name="next" size={18} />
          </Link>
        ))}
      </nav>
      <div className={styles.out}>
        <SignOut />
      </div>
    </Page>
  );
}
