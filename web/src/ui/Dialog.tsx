import { type ReactNode, useEffect, useId, useRef } from 'react';
import { t } from '../locales/t';
import { Button } from './Button';
import { classes } from './classes';
import styles from './Dialog.module.css';
import { Icon } from './icons';

/**
 * A native modal dialog: focus is trapped by the browser, Escape closes it. When it goes, the focus returns to where
 * it was, unless it is somewhere already. The focus begins at `data-autofocus`, else at the heading. It is mounted while it is open. `sheet` rises from the bottom edge of a phone.
 */
export function Dialog({
  title,
  onClose,
  sheet = true,
  children,
}: {
  title: ReactNode;
  onClose: () => void;
  sheet?: boolean;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    element?.querySelector<HTMLElement>('[data-autofocus], h2')?.focus();
    return () => {
      element?.close();
      // Taken out of the page while open, the browser forgets where the focus came from.
      const lost = !document.activeElement || document.activeElement === document.body;
      if (lost && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way, and the browser handles it
    <dialog
      ref={dialog}
      className={classes(styles.dialog, sheet && styles.sheet)}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className={styles.head}>
        <h2 id={heading} tabIndex={-1}>
          {title}
        </h2>
        <Button look="ghost" icon aria-label={t('close')} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      <div className={styles.body}>{children}</div>
    </dialog>
  );
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}

/** Asks before something that cannot be undone. */
export function Confirm({
  title,
  children,
  action,
  busy = false,
  onConfirm,
  onClose,
}: {
  title: string;
  children?: ReactNode;
  action: string;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <DialogActions>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button look="danger" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
