import { useSyncExternalStore } from 'react';
import { t } from '../locales/t';
import { classes } from './classes';
import { Icon } from './icons';
import styles from './Toast.module.css';
import { currentToasts, dismiss, watchToasts } from './toast';

/** Where toasts appear; politely read out. Mounted once, by the application. */
export function Toasts() {
  const toasts = useSyncExternalStore(watchToasts, currentToasts);
  return (
    <div className={styles.toasts} role="status" aria-live="polite">
      {toasts.map(({ id, text, bad, action }) => (
        <div key={id} className={classes(styles.toast, bad && styles.bad)}>
          <span>{text}</span>
          {action && (
            <button
              type="button"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" aria-label={t('dismiss')} onClick={() => dismiss(id)}>
            <Icon name="close" size={18} />
          </button>
        </div>
      ))}
    </div>
  );
}
