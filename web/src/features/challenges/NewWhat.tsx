import { useQuery } from '@tanstack/react-query';
import type { Kind, Metric, Sport } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { workoutQueries } from '../../api/workouts';
import { distanceUnit } from '../../format/units';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Select, Switch, TextField } from '../../ui/Field';
import { Icon } from '../../ui/icons';
import { SegmentedControl } from '../../ui/Tabs';
import { amountUnit, PRESETS, sportsFor, windowOf } from './draft';
import type { Part } from './NewPage';
import styles from './NewPage.module.css';
import { asks, goalIsCount, withKind } from './wizard';

const KINDS: readonly Kind[] = [
  'most',
  'fastest',
  'longest',
  'best_lift',
  'streak',
  'active_days',
  'group_goal',
  'last_standing',
];
const METRICS: readonly Metric[] = [
  'distance',
  'duration',
  'elevation',
  'volume',
  'energy',
  'count',
  'effort',
];

/** What kind it is, what is measured, in which sports, and up to which goal. */
export function What(part: Part) {
  const { typed, set, wrong } = part;
  const { units } = usePreferences();
  const { kind, metric } = typed;
  const metrics = kind === 'longest' ? METRICS.filter((one) => one !== 'count') : METRICS;
  const goalUnit = goalIsCount(kind)
    ? ''
    : kind === 'fastest'
      ? 'min'
      : typed.handicap
        ? '%'
        : amountUnit(metric, units);
  return (
    <>
      <Select
        label={t('new.kind')}
        hint={t(`kind.hint.${kind}`)}
        value={kind}
        error={wrong('kind')}
        onChange={({ target }) => set(withKind(typed, target.value as Kind))}
      >
        {KINDS.map((one) => (
          <option key={one} value={one}>
            {t(`kind.${one}`)}
          </option>
        ))}
      </Select>
      {asks.over(kind) && (
        <TextField
          label={t('new.over')}
          suffix={distanceUnit(units)}
          inputMode="decimal"
          value={typed.over}
          error={wrong('terms/over_m')}
          onChange={({ target }) => set({ over: target.value })}
        />
      )}
      {asks.lift(kind) && <Lift {...part} />}
      {asks.metric(kind) && (
        <Select
          label={t('new.challenge.metric')}
          value={metric}
          error={wrong('metric')}
          onChange={({ target }) => {
            const next = target.value as Metric;
            set({ metric: next, sports: typed.sports.filter((sport) => sportsFor(next).includes(sport)) });
          }}
        >
          {metrics.map((one) => (
            <option key={one} value={one}>
              {t(`metric.short.${one}`)}
            </option>
          ))}
        </Select>
      )}
      {asks.threshold(kind) && (
        <div className={styles.days}>
          <TextField
            label={t(kind === 'last_standing' ? 'new.threshold.round' : 'new.threshold.day')}
            {...(kind === 'last_standing' ? {} : { hint: t('new.threshold.day.hint') })}
            suffix={amountUnit(metric, units)}
            inputMode="decimal"
            value={typed.threshold}
            error={wrong('terms/threshold')}
            onChange={({ target }) => set({ threshold: target.value })}
          />
          {kind === 'last_standing' && (
            <TextField
              label={t('new.round.days')}
              inputMode="numeric"
              value={typed.roundDays}
              error={wrong('terms/round_days')}
              onChange={({ target }) => set({ roundDays: target.value })}
            />
          )}
        </div>
      )}
      <Sports metric={metric} sports={typed.sports} onChange={(sports) => set({ sports })} />
      <TextField
        label={t(kind === 'group_goal' ? 'new.goal.together' : 'new.challenge.goal')}
        {...(kind === 'group_goal' ? {} : { hint: t('new.challenge.goal.hint') })}
        suffix={goalUnit}
        inputMode="decimal"
        value={typed.goal}
        error={wrong('goal')}
        onChange={({ target }) => set({ goal: target.value })}
      />
    </>
  );
}

function Lift({ typed, set, wrong }: Part) {
  const { data: exercises = [] } = useQuery(workoutQueries.exercises());
  const lifts = exercises.filter(({ measured_by }) => measured_by === 'reps');
  return (
    <>
      <Select
        label={t('new.exercise')}
        value={typed.exercise}
        error={wrong('terms/exercise')}
        onChange={({ target }) => set({ exercise: target.value })}
      >
        {lifts.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
      </Select>
      <Switch
        label={t('new.relative')}
        checked={typed.relative}
        onChange={({ target }) => set({ relative: target.checked })}
      />
    </>
  );
}

function Sports({
  metric,
  sports,
  onChange,
}: {
  metric: Metric;
  sports: readonly Sport[];
  onChange: (sports: readonly Sport[]) => void;
}) {
  return (
    <fieldset>
      <legend className={styles.legend}>{t('new.challenge.sports')}</legend>
      <div className={styles.chips}>
        {sportsFor(metric).map((sport) => (
          <label key={sport} className={styles.chip}>
            <input
              type="checkbox"
              className="sr"
              checked={sports.includes(sport)}
              onChange={({ target }) =>
                onChange(target.checked ? [...sports, sport] : sports.filter((one) => one !== sport))
              }
            />
            <span>
              <Icon name={sport} size={20} />
              {t(`sport.${sport}`)}
            </span>
          </label>
        ))}
      </div>
      <p className={styles.hint}>{t('new.challenge.sports.hint')}</p>
    </fieldset>
  );
}

/** Its days, whose they are, and whether it comes again. */
export function Days({
  typed,
  set,
  wrong,
  today,
  weekStart,
  tz,
}: Part & { today: string; weekStart: number; tz: string }) {
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{t('new.challenge.when')}</legend>
      <div className={styles.chips}>
        {PRESETS.map((one) => {
          const { from, to } = windowOf(one, today, weekStart);
          const isChosen = from === typed.from && to === typed.to;
          return (
            <Button
              key={one}
              look={isChosen ? 'primary' : 'outline'}
              aria-pressed={isChosen}
              onClick={() => set({ from, to })}
            >
              {t(`new.challenge.${one}`)}
            </Button>
          );
        })}
      </div>
      <div className={styles.days}>
        <TextField
          label={t('new.challenge.from')}
          type="date"
          value={typed.from}
          error={wrong('starts_on')}
          onChange={({ target }) => set({ from: target.value })}
        />
        <TextField
          label={t('new.challenge.to')}
          type="date"
          value={typed.to}
          error={wrong('ends_on')}
          onChange={({ target }) => set({ to: target.value })}
        />
      </div>
      <SegmentedControl
        label={t('new.zone')}
        value={typed.zone}
        onChange={(zone) => set({ zone })}
        options={[
          { value: 'fixed', label: t('new.zone.fixed', { tz }) },
          { value: 'own', label: t('new.zone.own') },
        ]}
      />
      <Switch
        label={t('new.repeats')}
        hint={wrong('repeats') ?? t('new.repeats.hint')}
        checked={typed.weekly}
        onChange={({ target }) => set({ weekly: target.checked })}
      />
    </fieldset>
  );
}
