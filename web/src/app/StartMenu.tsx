import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '../locales/t';
import { Dialog } from '../ui/Dialog';
import { Icon, type IconName } from '../ui/icons';
import styles from './Chrome.module.css';

/** What "+" offers: everything that can be begun. */
export function StartMenu({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('start.title')} onClose={onClose}>
      <div className={styles.tiles}>
        <Link to="/live/new" className={`${styles.tile} ${styles.now}`} onClick={onClose}>
          <Face icon="live">
            {t('start.live')}
            <small>{t('start.live.hint')}</small>
          </Face>
        </Link>
        <Link to="/log/strength" className={styles.tile} onClick={onClose}>
          <Face icon="strength">{t('start.strength')}</Face>
        </Link>
        <Link to="/log/endurance" search={{ sport: 'run' }} className={styles.tile} onClick={onClose}>
          <Face icon="run">{t('start.run')}</Face>
        </Link>
        <Link to="/log/endurance" search={{ sport: 'ride' }} className={styles.tile} onClick={onClose}>
          <Face icon="ride">{t('start.ride')}</Face>
        </Link>
        <Link to="/log" className={styles.tile} onClick={onClose}>
          <Face icon="other">{t('start.other')}</Face>
        </Link>
        <Link to="/feed" search={{ compose: true }} className={styles.tile} onClick={onClose}>
          <Face icon="edit">{t('start.post')}</Face>
        </Link>
        <Link to="/challenges/new" className={styles.tile} onClick={onClose}>
          <Face icon="trophy">{t('start.challenge')}</Face>
        </Link>
      </div>
    </Dialog>
  );
}

function Face({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <>
      <Icon name={icon} size={28} />
      <span>{children}</span>
    </>
  );
}
