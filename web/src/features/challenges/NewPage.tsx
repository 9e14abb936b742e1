import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { createChallenge } from '../../api/challenges';
import type { Metric, Sport } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { uuid7 } from '../../api/uuid7';
import { localDate } from '../../format/dates';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { explain } from '../../ui/explain';
import { TextArea, TextField } from '../../ui/Field';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/Page';
import { SegmentedControl } from '../../ui/Tabs';
import { toast } from '../../ui/toast';
import { goalOf, goalUnit, PRESETS, type Preset, sportsFor, windowOf } from './draft';
import styles from './NewPage.module.css';

const METRICS: readonly Metric[] = ['distance', 'duration', 'volume', 'count'];

/** A challenge of my own: what counts, when, and how much is the goal. */
export function NewPage() {
  const navigate = useNavigate();
  const { tz, units, week_start } = usePreferences();
  const today = localDate(Date.now(), tz);
  const [id] = useState(uuid7);
  const [title, setTitle] = useState('');
  const [metric, setMetric] = useState<Metric>('distance');
  const [sports, setSports] = useState<readonly Sport[]>([]);
  const [days, setDays] = useState(() => windowOf('month', today, week_start));
  const [goal, setGoal] = useState('');
  const [description, setDescription] = useState('');
  const [tried, setTried] = useState(false);

  const create = useMutation({
    mutationFn: createChallenge,
    onSuccess: () => navigate({ to: '/challenges/$id', params: { id }, replace: true }),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  const amount = goalOf(goal, metric, units);
  const isBackwards = days.to < days.from;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (title.trim() === '' || amount === undefined || isBackwards || days.from === '' || days.to === '')
      return;
    create.mutate({
      id,
      title: title.trim(),
      metric,
      starts_on: days.from,
      ends_on: days.to,
      tz,
      description: description.trim(),
      sports: [...sports],
      goal: amount,
    });
  };
  const choose = (next: Metric) => {
    setMetric(next);
    setSports((before) => before.filter((sport) => sportsFor(next).includes(sport)));
  };

  return (
    <Page title={t('challenges.new')} back>
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextField
          label={t('new.challenge.title')}
          value={title}
          maxLength={80}
          error={tried && title.trim() === '' ? t('new.challenge.title.wrong') : undefined}
          onChange={(event) => setTitle(event.target.value)}
        />
        <SegmentedControl
          label={t('new.challenge.metric')}
          value={metric}
          onChange={choose}
          options={METRICS.map((value) => ({ value, label: t(`metric.short.${value}`) }))}
        />
        <Sports metric={metric} sports={sports} onChange={setSports} />
        <Days
          days={days}
          onChange={setDays}
          isBackwards={isBackwards}
          preset={(one) => windowOf(one, today, week_start)}
        />
        <TextField
          label={t('new.challenge.goal')}
          hint={t('new.challenge.goal.hint')}
          suffix={goalUnit(metric, units)}
          inputMode="decimal"
          value={goal}
          error={amount === undefined ? t('new.challenge.goal.wrong') : undefined}
          onChange={(event) => setGoal(event.target.value)}
        />
        <TextArea
          label={t('new.challenge.about')}
          value={description}
          maxLength={1000}
          onChange={(event) => setDescription(event.target.value)}
        />
        <Button type="submit" look="volt" size="large" wide busy={create.isPending}>
          {t('new.challenge.create')}
        </Button>
      </form>
    </Page>
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

interface Days {
  from: string;
  to: string;
}

function Days({
  days,
  onChange,
  isBackwards,
  preset,
}: {
  days: Days;
  onChange: (days: Days) => void;
  isBackwards: boolean;
  preset: (preset: Preset) => Days;
}) {
  return (
    <fieldset>
      <legend className={styles.legend}>{t('new.challenge.when')}</legend>
      <div className={styles.chips}>
        {PRESETS.map((one) => {
          const { from, to } = preset(one);
          return (
            <Button
              key={one}
              look={from === days.from && to === days.to ? 'primary' : 'outline'}
              aria-pressed={from === days.from && to === days.to}
              onClick={() => onChange({ from, to })}
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
          value={days.from}
          onChange={(event) => onChange({ ...days, from: event.target.value })}
        />
        <TextField
          label={t('new.challenge.to')}
          type="date"
          value={days.to}
          error={isBackwards ? t('new.challenge.to.wrong') : undefined}
          onChange={(event) => onChange({ ...days, to: event.target.value })}
        />
      </div>
    </fieldset>
  );
}
