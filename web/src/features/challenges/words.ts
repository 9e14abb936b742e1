/** A challenge in words. */
import type { Challenge, Units } from '../../api/gen';
import { calendarDay } from '../../format/dates';
import { clock } from '../../format/duration';
import { decimal } from '../../format/number';
import { type Measure, rowScore, score } from '../../format/score';
import { type Shown, text } from '../../format/units';
import { t } from '../../locales/t';
import type { IconName } from '../../ui/icons';
import { daysTo } from './standings';

export const METRIC_ICON: Record<Challenge['metric'], IconName> = {
  distance: 'ruler',
  duration: 'clock',
  elevation: 'mountain',
  volume: 'strength',
  energy: 'flame',
  count: 'check',
  effort: 'heart',
};

/** "Most distance · Run, Walk". */
export function whatCounts({ kind, metric, sports }: Challenge): string {
  const which =
    sports.length === 0 ? t('challenge.all.sports') : sports.map((one) => t(`sport.${one}`)).join(', ');
  const what = kind === 'most' ? t(`challenge.metric.${metric}`) : t(`kind.${kind}`);
  return `${what} · ${which}`;
}

export function dates({ starts_on, ends_on }: Pick<Challenge, 'starts_on' | 'ends_on'>): string {
  const short: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  return t('challenge.window', { from: calendarDay(starts_on, short), to: calendarDay(ends_on, short) });
}

/** When it begins or ends, as it matters now. */
export function timeLeft(challenge: Challenge, now: number): string {
  const { state, starts_at, ends_at, settle_at } = challenge;
  if (state === 'upcoming') return t('challenge.starts.in', { count: daysTo(starts_at, now) });
  if (state === 'provisional') return t('challenge.settles.in', { left: left(settle_at, now) });
  if (state === 'ended') return t('challenge.over');
  const days = daysTo(ends_at, now);
  return days <= 1
    ? t('challenge.ends.in', { left: left(ends_at, now) })
    : t('challenge.days.left', { count: days });
}

/** "3 h 20 min", and to the second when it is close. */
function left(instant: string, now: number): string {
  const seconds = Math.max(0, Math.round((Date.parse(instant) - now) / 1_000));
  if (seconds < 3_600) return clock(seconds);
  const hours = Math.floor(seconds / 3_600);
  return hours >= 48 ? t('time.days', { count: Math.round(hours / 24) }) : t('time.hours', { count: hours });
}

/** Whether a score is a bare number of workouts. */
function isCount({ kind, metric, terms }: Measure): boolean {
  const adds = kind === 'most' || kind === 'group_goal';
  return adds && metric === 'count' && terms.handicap !== 'own_average';
}

/** On a board whose best is `best`: every row has the same unit and places. */
export function shownInRow(value: number, measure: Measure, units: Units, best: number): Shown {
  return isCount(measure) ? { value: decimal(value), unit: '' } : rowScore(value, measure, units, best);
}

/** A score within a sentence. */
export function scoreText(value: number, measure: Measure, units: Units): string {
  return isCount(measure) ? t('board.workouts', { count: value }) : text(score(value, measure, units)).trim();
}

/** What separates two: minutes are too coarse for a duel, so time is told to the second. */
export function gapText(by: number, measure: Measure, units: Units): string {
  if (measure.metric === 'duration' && measure.kind === 'most' && measure.terms.handicap !== 'own_average')
    return by < 3_600 ? clock(by) : scoreText(by, measure, units);
  return scoreText(by, measure, units);
}
