/** A new challenge as it is typed: what the form holds, and the draft that comes of it. Pure. */
import type { ChallengeDraft, Kind, Metric, Sport, Template, Terms, Units } from '../../api/gen';
import { addDays } from '../../format/dates';
import { parseDecimal, parseWhole } from '../../format/number';
import { amountOf, amountTyped } from './draft';

export interface Typed {
  readonly title: string;
  readonly description: string;
  readonly kind: Kind;
  readonly metric: Metric;
  readonly sports: readonly Sport[];
  readonly from: string;
  readonly to: string;
  readonly goal: string;
  /** Kilometres or miles, as typed. */
  readonly over: string;
  readonly exercise: string;
  readonly relative: boolean;
  readonly threshold: string;
  readonly roundDays: string;
  readonly zone: 'fixed' | 'own';
  readonly weekly: boolean;
  readonly openness: 'public' | 'club' | 'invite';
  readonly clubId: string;
  readonly sides: 'individuals' | 'teams' | 'clubs';
  readonly clubs: readonly string[];
  readonly scoring: 'sum' | 'mean';
  readonly teamSize: string;
  readonly cap: string;
  readonly handicap: boolean;
  readonly trusted: boolean;
  readonly settleAfterH: number;
}

export const BLANK: Omit<Typed, 'from' | 'to'> = {
  title: '',
  description: '',
  kind: 'most',
  metric: 'distance',
  sports: [],
  goal: '',
  over: '5',
  exercise: 'back-squat',
  relative: false,
  threshold: '',
  roundDays: '7',
  zone: 'fixed',
  weekly: false,
  openness: 'public',
  clubId: '',
  sides: 'individuals',
  clubs: [],
  scoring: 'sum',
  teamSize: '',
  cap: '',
  handicap: false,
  trusted: false,
  settleAfterH: 48,
};

const ADDS_UP: ReadonlySet<Kind> = new Set(['most', 'group_goal', 'streak', 'active_days', 'last_standing']);

/** Which questions a kind asks. */
export const asks = {
  metric: (kind: Kind) => kind !== 'fastest' && kind !== 'best_lift',
  over: (kind: Kind) => kind === 'fastest',
  lift: (kind: Kind) => kind === 'best_lift',
  threshold: (kind: Kind) => kind === 'streak' || kind === 'active_days' || kind === 'last_standing',
  cap: (kind: Kind) => ADDS_UP.has(kind),
  sides: (kind: Kind) => ADDS_UP.has(kind),
  handicap: (kind: Kind) => kind === 'most',
};

/** Another kind may leave no choice of what is measured. */
export function withKind(typed: Typed, kind: Kind): Typed {
  const metric = kind === 'fastest' ? 'duration' : kind === 'best_lift' ? 'volume' : typed.metric;
  const single = kind === 'longest' && metric === 'count' ? 'distance' : metric;
  return { ...typed, kind, metric: single, sides: asks.sides(kind) ? typed.sides : 'individuals' };
}

/** A template as if somebody had typed it. */
export function fromTemplate(template: Template, title: string, today: string, units: Units): Typed {
  const { kind, metric, days, sports = [], terms = {}, goal, sides, openness, repeats } = template;
  const typed = (value: number | null | undefined) =>
    value == null ? '' : amountTyped(value, metric, units);
  return {
    ...BLANK,
    title,
    kind,
    metric,
    sports,
    from: today,
    to: addDays(today, days - 1),
    goal: goal == null ? '' : kind === 'active_days' ? String(goal) : typed(goal),
    over: terms.over_m == null ? BLANK.over : amountTyped(terms.over_m, 'distance', units),
    exercise: terms.exercise ?? BLANK.exercise,
    relative: terms.relative ?? false,
    threshold: typed(terms.threshold),
    roundDays: String(terms.round_days ?? 7),
    zone: terms.zone ?? 'fixed',
    weekly: repeats === 'weekly',
    openness: openness ?? 'public',
    sides: sides ?? 'individuals',
    scoring: terms.team_scoring ?? 'sum',
    cap: typed(terms.daily_cap),
    handicap: terms.handicap === 'own_average',
  };
}

/** A goal is in the unit of the score, which for days and rounds is their number. */
export function goalIsCount(kind: Kind): boolean {
  return kind === 'streak' || kind === 'active_days' || kind === 'last_standing';
}

/** The draft, or which fields hold no number that makes sense, by the pointer that the hub would name. */
export function draftOf(
  typed: Typed,
  { id, tz, units }: { id: string; tz: string; units: Units },
): { draft: ChallengeDraft | null; wrong: readonly string[] } {
  const { kind, metric } = typed;
  const wrong: string[] = [];
  const number = (pointer: string, value: string, wanted: boolean, as: Metric = metric) => {
    if (!wanted) return null;
    const found = amountOf(value, as, units);
    if (found === undefined) wrong.push(pointer);
    return found ?? null;
  };
  const whole = (pointer: string, value: string, wanted: boolean) => {
    if (!wanted || value.trim() === '') return null;
    const found = parseWhole(value);
    if (found === null || found < 1) wrong.push(pointer);
    return found;
  };
  const timed = kind === 'fastest' || kind === 'best_lift';
  const terms: Terms = {
    sources: typed.trusted ? ['device', 'file'] : [],
    daily_cap: number('terms/daily_cap', typed.cap, asks.cap(kind)),
    over_m: number('terms/over_m', typed.over, asks.over(kind), 'distance'),
    exercise: asks.lift(kind) ? typed.exercise : null,
    relative: asks.lift(kind) && typed.relative,
    threshold: number('terms/threshold', typed.threshold, asks.threshold(kind)),
    round_days: whole('terms/round_days', typed.roundDays, kind === 'last_standing') ?? 7,
    handicap: asks.handicap(kind) && typed.handicap ? 'own_average' : 'none',
    zone: typed.zone,
    team_scoring: typed.scoring,
    team_size: whole('terms/team_size', typed.teamSize, typed.sides === 'teams'),
  };
  const goal = goalIsCount(kind)
    ? whole('goal', typed.goal, true)
    : timed || typed.handicap
      ? plain(typed.goal, kind === 'fastest' ? 60 : 1, wrong)
      : number('goal', typed.goal, true);
  if (typed.from === '') wrong.push('starts_on');
  if (typed.to === '') wrong.push('ends_on');
  if (wrong.length > 0) return { draft: null, wrong };
  const draft: ChallengeDraft = {
    id,
    title: typed.title.trim(),
    description: typed.description.trim(),
    kind,
    metric,
    sports: [...typed.sports],
    starts_on: typed.from,
    ends_on: typed.to,
    tz,
    goal,
    terms,
    sides: typed.sides,
    clubs: typed.sides === 'clubs' ? [...typed.clubs] : [],
    openness: typed.openness,
    club_id: typed.openness === 'club' && typed.clubId !== '' ? typed.clubId : null,
    settle_after_h: typed.settleAfterH,
    repeats: typed.weekly ? 'weekly' : 'never',
  };
  return { draft, wrong };
}

/** Minutes of the fastest, kilograms of a lift, per cent of the usual: just the number. */
function plain(typed: string, factor: number, wrong: string[]): number | null {
  if (typed.trim() === '') return null;
  const value = parseDecimal(typed);
  if (value === null || value <= 0) wrong.push('goal');
  return value === null ? null : value * factor;
}
