/** Rules in plain words: the hub says which ones, with what; the catalogue says them. */
import type { Metric, RuleLine, Units } from '../../api/gen';
import { calendarDay } from '../../format/dates';
import { decimal } from '../../format/number';
import { amount, type Measure, score } from '../../format/score';
import { distance, text } from '../../format/units';
import { t } from '../../locales/t';

type Say = (key: string, values?: Record<string, string | number>) => string;
const say = t as unknown as Say;

/** One rule, as the reader's language and units have it. */
export function ruleText({ code, params = {} }: RuleLine, measure: Measure, units: Units): string {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params)) {
    values[name] = shown(name, value, params, measure, units);
  }
  if (typeof params.hours === 'number') return hours(params.hours);
  return say(`rule.${code}`, values);
}

function shown(
  name: string,
  value: string | number | string[],
  params: NonNullable<RuleLine['params']>,
  measure: Measure,
  units: Units,
): string | number {
  const metric = (params.metric ?? measure.metric) as Metric;
  switch (name) {
    case 'metric':
      return say(`metric.word.${value as string}`);
    case 'sports':
      return (value as string[]).map((one) => say(`sport.${one}`)).join(', ');
    case 'sources':
      return (value as string[]).map((one) => say(`tier.${one}`)).join(', ');
    case 'starts_on':
    case 'ends_on':
      return calendarDay(value as string, { day: 'numeric', month: 'long', year: 'numeric' });
    case 'threshold':
    case 'amount':
      return bare(value as number, metric, units);
    case 'goal':
      return goal(value as number, measure, units);
    case 'over_m':
      return text(distance(value as number, units));
    case 'exercise':
      return (value as string).replaceAll('-', ' ');
    default:
      return typeof value === 'number' ? decimal(value) : String(value);
  }
}

function goal(value: number, measure: Measure, units: Units): string {
  const isCount = measure.metric === 'count' && ['most', 'group_goal'].includes(measure.kind);
  return isCount ? t('board.workouts', { count: value }) : text(score(value, measure, units)).trim();
}

function bare(value: number, metric: Metric, units: Units): string {
  return metric === 'count'
    ? t('board.workouts', { count: value })
    : text(amount(value, metric, units)).trim();
}

function hours(count: number): string {
  if (count === 0) return t('rule.late_logs.none');
  return count % 24 === 0 ? t('rule.late_logs.days', { count: count / 24 }) : t('rule.late_logs', { count });
}
