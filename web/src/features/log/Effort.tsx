import { useId } from 'react';
import { decimal } from '../../format/number';
import { t } from '../../locales/t';
import styles from './Log.module.css';

/** Perceived effort, 1 to 10 by halves; 0 on the slider is "not said". */
export function Effort({
  value,
  onChange,
}: {
  value: number | null;
  onChange: (value: number | null) => void;
}) {
  const id = useId();
  const shown = value === null ? t('log.effort.none') : t('log.effort.value', { value: decimal(value, 1) });
  return (
    <div className={styles.effort}>
      <span className={styles.elabel}>
        <label htmlFor={id}>{t('log.effort')}</label>
        <output>{shown}</output>
      </span>
      <input
        id={id}
        type="range"
        min={0.5}
        max={10}
        step={0.5}
        value={value ?? 0.5}
        aria-valuetext={shown}
        onChange={(event) => {
          const chosen = Number(event.target.value);
          onChange(chosen < 1 ? null : chosen);
        }}
      />
    </div>
  );
}
