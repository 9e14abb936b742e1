import { useMemo } from 'react';
import type { Theme, Units } from '../../api/gen';
import { addDays, calendarDay } from '../../format/dates';
import { LANGUAGES, t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Select } from '../../ui/Field';
import { SegmentedControl } from '../../ui/Tabs';
import styles from './Settings.module.css';
import { usePreference } from './usePreference';

/** A Monday, to name the days of the week by. */
const MONDAY = '2024-01-01';
const WEEKDAYS = [1, 6, 7] as const;

export function Preferences() {
  const { preferences, change } = usePreference();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = useMemo(
    () => [...new Set([preferences.tz, here, ...allZones()])].sort(),
    [preferences.tz, here],
  );
  return (
    <div className={styles.form}>
      <SegmentedControl<Theme>
        label={t('settings.theme')}
        value={preferences.theme}
        onChange={(theme) => change({ theme })}
        options={(['system', 'light', 'dark'] as const).map((value) => ({
          value,
          label: t(`theme.${value}`),
        }))}
      />
      <SegmentedControl<Units>
        label={t('settings.units')}
        value={preferences.units}
        onChange={(units) => change({ units })}
        options={(['metric', 'imperial'] as const).map((value) => ({ value, label: t(`units.${value}`) }))}
      />
      <Select
        label={t('settings.language')}
        value={preferences.locale.slice(0, 2)}
        onChange={(event) => change({ locale: event.target.value })}
      >
        {LANGUAGES.map(({ code, name }) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </Select>
      <div className={styles.tight}>
        <Select
          label={t('settings.tz')}
          value={preferences.tz}
          onChange={(event) => change({ tz: event.target.value })}
        >
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll('_', ' ')}
            </option>
          ))}
        </Select>
        {here !== preferences.tz && (
          <p className={`${styles.here} ${styles.hint}`}>
            {t('settings.tz.here', { tz: here })}
            <Button look="ghost" onClick={() => change({ tz: here })}>
              {t('settings.tz.use')}
            </Button>
          </p>
        )}
      </div>
      <SegmentedControl
        label={t('settings.week')}
        value={String(preferences.week_start)}
        onChange={(day) => change({ week_start: Number(day) })}
        options={WEEKDAYS.map((day) => ({
          value: String(day),
          label: calendarDay(addDays(MONDAY, day - 1), { weekday: 'long' }),
        }))}
      />
    </div>
  );
}

function allZones(): string[] {
  return typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
}
