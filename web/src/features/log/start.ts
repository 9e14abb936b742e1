/** When a workout was started, as a field: a wall clock in its time zone. */
import { instantOf } from '../../format/dates';
import { t } from '../../locales/t';

/** A clock that runs a little ahead is not a lie. */
const TOLERATED_MS = 5 * 60_000;

/** NaN while there is no whole time; `error` says what is wrong. */
export function readStart(when: string, tz: string, nowMs: number): { ms: number; error?: string } {
  const ms = instantOf(when, tz);
  if (Number.isNaN(ms)) return { ms, error: t('log.when.missing') };
  return ms > nowMs + TOLERATED_MS ? { ms, error: t('log.when.future') } : { ms };
}
