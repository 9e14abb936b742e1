/** Instants and days, in the member's language and time zone. */
import { language } from '../locales/t';

const DAY_MS = 86_400_000;

const unknown = new Set<string>();

/** A name that this browser does not know (yet, or any more) means its own zone: no screen fails for it. */
function zone(tz: string | undefined): { timeZone?: string } {
  if (!tz || unknown.has(tz)) return {};
  try {
    new Intl.DateTimeFormat('en', { timeZone: tz });
    return { timeZone: tz };
  } catch {
    unknown.add(tz);
    return {};
  }
}

/** The day of an instant in a time zone: "2026-11-23". */
export function localDate(instant: number | Date, tz?: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    ...zone(tz),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(instant);
}

/** "14:05", as the language writes it. */
export function timeOfDay(instant: string | number | Date, tz?: string): string {
  return new Intl.DateTimeFormat(language(), { ...zone(tz), hour: 'numeric', minute: '2-digit' }).format(
    new Date(instant),
  );
}

/** "Today", "Yesterday", else "Mon 3 Nov", with the year when it is another. */
export function day(instant: string | number | Date, tz?: string, now: number = Date.now()): string {
  const at = new Date(instant);
  const days = daysBetween(localDate(at, tz), localDate(now, tz));
  if (days <= 1 && days >= -1) {
    const word = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' }).format(-days, 'day');
    return word.charAt(0).toLocaleUpperCase(language()) + word.slice(1);
  }
  const thisYear = localDate(at, tz).slice(0, 4) === localDate(now, tz).slice(0, 4);
  return new Intl.DateTimeFormat(language(), {
    ...zone(tz),
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(thisYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** A calendar day that has no time: "2026-11-23" as "Nov 23, 2026". */
export function calendarDay(
  date: string,
  options: Intl.DateTimeFormatOptions = { dateStyle: 'medium' },
): string {
  return new Intl.DateTimeFormat(language(), { timeZone: 'UTC', ...options }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

/** How many days later `b` is, both as "2026-11-23". */
function daysBetween(a: string, b: string): number {
  return Math.round((Date.parse(b) - Date.parse(a)) / DAY_MS);
}

/** "3 min. ago", "2 hr. ago"; a day and older is a date. */
export function ago(instant: string, tz?: string, now: number = Date.now()): string {
  const seconds = (now - Date.parse(instant)) / 1_000;
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto', style: 'short' });
  if (seconds < 45) return format.format(0, 'second');
  if (seconds < 3_600) return format.format(-Math.max(1, Math.round(seconds / 60)), 'minute');
  if (seconds < 20 * 3_600) return format.format(-Math.round(seconds / 3_600), 'hour');
  return `${day(instant, tz, now)}, ${timeOfDay(instant, tz)}`;
}

/** The first day of the week that holds `date`; `weekStart` 1 is Monday. */
export function weekStartOf(date: string, weekStart: number): string {
  const weekday = ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
  return addDays(date, -((weekday - weekStart + 7) % 7));
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** For `<input type="datetime-local">`: the wall clock of an instant in a time zone. */
export function wallClock(instant: number | string, tz: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    ...zone(tz),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(instant));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
}

/** The instant at which a wall clock in a time zone shows `wall`; in a gap of summer time, the one after; NaN for no time. */
export function instantOf(wall: string, tz: string): number {
  const wanted = Date.parse(`${wall}Z`);
  if (Number.isNaN(wanted)) return wanted;
  let guess = wanted;
  // Two steps settle it: the first finds the offset, the second the one on the other side of a change.
  for (let step = 0; step < 2; step++) guess += wanted - Date.parse(`${wallClock(guess, tz)}Z`);
  return guess;
}
