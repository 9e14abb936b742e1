import { type ReactNode, useId, useRef } from 'react';
import { Button } from './Button';
import { classes } from './classes';
import { Icon, type IconName } from './icons';
import styles from './Menu.module.css';

/** A button that opens a short list of actions: a native popover, closed by Escape or a press elsewhere. */
export function Menu({ label, children }: { label: string; children: ReactNode }) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLSpanElement>(null);
  function place() {
    const box = button.current?.getBoundingClientRect();
    if (!box || !menu.current) return;
    menu.current.style.top = `${box.bottom + window.scrollY + 4}px`;
    menu.current.style.right = `${document.documentElement.clientWidth - box.right}px`;
  }
  return (
    <span ref={button}>
      <Button look="ghost" icon aria-label={label} popoverTarget={id} onClick={place}>
        <Icon name="more" />
      </Button>
      <div ref={menu} id={id} popover="auto" className={styles.menu}>
        {children}
      </div>
    </span>
  );
}

export function MenuItem({
  icon,
  danger = false,
  onChoose,
  children,
}: {
  icon: IconName;
  danger?: boolean;
  onChoose: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={classes(styles.item, danger && styles.danger)}
      onClick={(event) => {
        const menu = event.currentTarget.closest<HTMLElement>('[popover]');
        menu?.hidePopover();
        // What it opens gives the focus back to the button, which stays: this item is hidden then.
        menu?.parentElement?.querySelector('button')?.focus();
        onChoose();
      }}
    >
      <Icon name={icon} size={20} />
      {children}
    </button>
  );
}
