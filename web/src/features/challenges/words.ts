/** A challenge in words. */
import type { Challenge, Metric, Units } from '../../api/gen';
import { calendarDay } from '../../format/dates';
import { clock } from '../../format/duration';
import { decimal } from '../../format/number';
import { rowScore, score } from '../../format/score';
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
export function whatCounts({ metric, sports }: Challenge): string {
  const which =
    sports.length === 0 ? t('challenge.all.sports') : sports.map((one) => t(`sport.${one}`)).join(', ');
  return `${t(`challenge.metric.${metric}`)} · ${which}`;
}

export function dates({ starts_on, ends_on }: Challenge): string {
  const short: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  return t('challenge.window', { from: calendarDay(starts_on, short), to: calendarDay(ends_on, short) });
}

/** When it begins or ends, as it matters now. */
export function timeLeft(challenge: Challenge, now: number): string {
  const { state, starts_at, ends_at } = challenge;
  if (state === 'upcoming') return t('challenge.starts.in', { count: daysTo(starts_at, now) });
  if (state === 'provisional') return t('challenge.provisional');
  if (state === 'ended') return t('challenge.over');
  const days = daysTo(ends_at, now);
  return days <= 1 ? t('challenge.last.day') : t('challenge.days.left', { count: days });
}

/** A score as it stands on a board: workouts are a bare number, the rest has its unit. */
function shownScore(value: number, metric: Metric, units: Units): Shown {
  return metric === 'count' ? { value: decimal(value), unit: '' } : score(value, metric, units);
}

/** The same on a board whose best is `best`: every row has the same unit and places. */
export function shownInRow(value: number, metric: Metric, units: Units, best: number): Shown {
  return metric === 'count' ? shownScore(value, metric, units) : rowScore(value, metric, units, best);
}

/** A score within a sentence. */
export function scoreText(value: number, metric: Metric, units: Units): string {
  return metric === 'count'
    ? t('board.workouts', { count: value })
    : text(score(value, metric, units)).trim();
}

/** What separates two: minutes are too coarse for a duel, so time is told to the second. */
export function gapText(by: number, metric: Metric, units: Units): string {
  return metric === 'duration' && by < 3_600 ? clock(by) : scoreText(by, metric, units);
}
