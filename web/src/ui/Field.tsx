import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import styles from './Field.module.css';

interface Around {
  'data-autofocus'?: boolean;
  label: ReactNode;
  hint?: ReactNode;
  /** Why the value was refused; it is read out and tied to the control. */
  error?: string | undefined;
  /** For a label that is clear from its place: it is still read out. */
  labelHidden?: boolean;
}

interface Tied {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

function Wrapped({
  label,
  hint,
  error,
  labelHidden,
  control,
}: Around & { control: (tied: Tied) => ReactNode }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={labelHidden ? 'sr' : styles.label}>
        {label}
      </label>
      {control({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described })}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}

/** A labelled input; `suffix` shows its unit. */
export function TextField({
  label,
  hint,
  error,
  labelHidden = false,
  suffix,
  ...rest
}: Around & InputHTMLAttributes<HTMLInputElement> & { suffix?: string }) {
  return (
    <Wrapped
      {...{ label, hint, error, labelHidden }}
      control={(tied) =>
        suffix ? (
          <span className={styles.affixed}>
            <input {...rest} {...tied} className={styles.control} />
            <span className={styles.suffix} aria-hidden="true">
              {suffix}
            </span>
          </span>
        ) : (
          <input {...rest} {...tied} className={styles.control} />
        )
      }
    />
  );
}

export function TextArea({
  label,
  hint,
  error,
  labelHidden = false,
  ...rest
}: Around & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Wrapped
      {...{ label, hint, error, labelHidden }}
      control={(tied) => <textarea {...rest} {...tied} className={styles.control} />}
    />
  );
}

export function Select({
  label,
  hint,
  error,
  labelHidden = false,
  children,
  ...rest
}: Around & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Wrapped
      {...{ label, hint, error, labelHidden }}
      control={(tied) => (
        <select {...rest} {...tied} className={styles.control}>
          {children}
        </select>
      )}
    />
  );
}

/** Something that is on or off at once. */
export function Switch({
  label,
  hint,
  ...rest
}: { label: ReactNode; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <label className={styles.switch} htmlFor={id}>
      <span className={styles.label}>{label}</span>
      {/* biome-ignore lint/a11y/useAriaPropsForRole: a checkbox says itself whether it is checked */}
      <input {...rest} id={id} type="checkbox" role="switch" className={styles.toggle} />
      {hint && <span className={styles.hint}>{hint}</span>}
    </label>
  );
}
