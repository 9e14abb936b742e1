import { useState } from 'react';
import { wallClock } from '../../format/dates';
import { t } from '../../locales/t';
import { TextField } from '../../ui/Field';
import { readStart } from './start';

/** When it was started. What nobody changes keeps its seconds. `iso` is null while it cannot be sent. */
export function useStart(started: string, tz: string) {
  const [was] = useState(() => wallClock(started, tz));
  const [when, setWhen] = useState(was);
  const { ms, error } = readStart(when, tz, Date.now());
  const iso = when === was ? started : error ? null : new Date(ms).toISOString();
  const field = (
    <TextField
      label={t('log.when')}
      type="datetime-local"
      required
      value={when}
      onChange={(event) => setWhen(event.target.value)}
      error={iso === null ? error : undefined}
    />
  );
  return { iso, field };
}
