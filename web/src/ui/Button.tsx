import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './Button.module.css';
import { classes } from './classes';

interface Looks {
  /** `volt` is for the one thing to do now; `stage` stands on dark live cards. */
  look?: 'primary' | 'volt' | 'quiet' | 'outline' | 'ghost' | 'danger' | 'stage';
  size?: 'medium' | 'large';
  wide?: boolean;
  /** A square button that holds an icon only; give it an `aria-label`. */
  icon?: boolean;
}

function look({ look = 'quiet', size = 'medium', wide, icon }: Looks, className?: string): string {
  return classes(
    styles.button,
    styles[look],
    size === 'large' && styles.large,
    wide && styles.wide,
    icon && styles.icon,
    className,
  );
}

type ButtonProps = Looks & ButtonHTMLAttributes<HTMLButtonElement> & { busy?: boolean; children: ReactNode };

/** A button that says so while it works. It is `type="button"` unless told otherwise. */
export function Button({
  look: l,
  size,
  wide,
  icon,
  busy,
  children,
  className,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      className={look({ ...defined({ look: l, size, wide, icon }) }, className)}
    >
      {busy && <span className={styles.spinner} aria-hidden="true" />}
      {children}
    </button>
  );
}

function AnchorLook({
  look: l,
  size,
  wide,
  icon,
  className,
  ...rest
}: Looks & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return <a {...rest} className={look({ ...defined({ look: l, size, wide, icon }) }, className)} />;
}

/** A link within the application that looks like a button: `<ButtonLink to="/log" look="volt">`. */
export const ButtonLink = createLink(AnchorLook);

function defined(looks: { [K in keyof Looks]: Looks[K] | undefined }): Looks {
  return Object.fromEntries(Object.entries(looks).filter(([, value]) => value !== undefined));
}
