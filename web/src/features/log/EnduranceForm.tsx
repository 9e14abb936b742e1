import { type FormEvent, useState } from 'react';
import type { Sport, WorkoutDraft } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { parseDuration } from '../../format/duration';
import { parseDecimal } from '../../format/number';
import { distanceUnit, elevationUnit, isPaced, speed, text, toMetres } from '../../format/units';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Select, TextArea, TextField } from '../../ui/Field';
import { useSubmit } from '../../ui/useSubmit';
import { Effort } from './Effort';
import { ENDURANCE, type Errors, hasClimb, hasDistance, read, type Typed } from './endurance';
import styles from './Log.module.css';
import { WorkoutVisibility } from './WorkoutVisibility';

type TextOf = Exclude<keyof Typed, 'sport' | 'rpe' | 'visibility' | 'tz'>;

/** A distance in a time, with whatever else is known. */
export function EnduranceForm({
  id,
  initial,
  onSave,
}: {
  id: string;
  initial: Typed;
  onSave: (draft: WorkoutDraft) => Promise<void>;
}) {
  const { units } = usePreferences();
  const [typed, setTyped] = useState(initial);
  const [errors, setErrors] = useState<Errors>({});
  const { submit, busy, message } = useSubmit(onSave);
  const set = (change: Partial<Typed>) => setTyped((was) => ({ ...was, ...change }));
  const field = (name: TextOf) => ({
    value: typed[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
  });

  function save(event: FormEvent) {
    event.preventDefault();
    const { draft, errors: found } = read(typed, id, units, Date.now());
    setErrors(found);
    if (Object.keys(found).length === 0) void submit(draft);
  }

  const { sport } = typed;
  return (
    <form className={styles.form} onSubmit={save} noValidate>
      {message && <p className={styles.warn}>{message}</p>}
      <div className={styles.pair}>
        <Select
          label={t('sport.label')}
          value={sport}
          onChange={(event) => set({ sport: event.target.value as Sport })}
        >
          {ENDURANCE.map((one) => (
            <option key={one} value={one}>
              {t(`sport.${one}`)}
            </option>
          ))}
        </Select>
        <TextField label={t('log.when')} type="datetime-local" required {...field('when')} />
      </div>
      <div className={styles.pair}>
        {hasDistance(sport) && (
          <TextField
            label={t('log.distance')}
            inputMode="decimal"
            autoComplete="off"
            suffix={distanceUnit(units, sport)}
            {...field('distance')}
          />
        )}
        <TextField
          label={t('log.duration')}
          autoComplete="off"
          placeholder="45:00"
          required
          hint={t('log.duration.hint')}
          {...field('duration')}
        />
      </div>
      <Pace typed={typed} />
      <TextField
        label={t('log.title.field')}
        placeholder={t(`sport.${sport}`)}
        maxLength={120}
        {...field('title')}
      />
      <details className={styles.more}>
        <summary>{t('log.more')}</summary>
        <div className={styles.form}>
          <div className={styles.pair}>
            <TextField label={t('log.heart.avg')} inputMode="numeric" suffix="bpm" {...field('heartAvg')} />
            <TextField label={t('log.heart.max')} inputMode="numeric" suffix="bpm" {...field('heartMax')} />
          </div>
          <div className={styles.pair}>
            {hasClimb(sport) && (
              <TextField
                label={t('log.climb')}
                inputMode="decimal"
                suffix={elevationUnit(units)}
                {...field('climb')}
              />
            )}
            <TextField label={t('log.energy')} inputMode="decimal" suffix="kcal" {...field('energy')} />
            <TextField label={t('log.moving')} placeholder="43:30" {...field('moving')} />
          </div>
        </div>
      </details>
      <Effort value={typed.rpe} onChange={(rpe) => set({ rpe })} />
      <TextArea
        label={t('log.note')}
        hint={t('log.note.hint')}
        rows={3}
        maxLength={2_000}
        {...field('note')}
      />
      <WorkoutVisibility value={typed.visibility} onChange={(visibility) => set({ visibility })} />
      <Button type="submit" look="primary" size="large" wide busy={busy}>
        {t('log.save')}
      </Button>
    </form>
  );
}

/** What it comes to, while it is typed. */
function Pace({ typed }: { typed: Typed }) {
  const { units } = usePreferences();
  const { sport } = typed;
  const distance = hasDistance(sport) ? parseDecimal(typed.distance) : null;
  const seconds = parseDuration(typed.moving) || parseDuration(typed.duration);
  const rate = distance && seconds ? speed(toMetres(distance, units, sport), seconds, sport, units) : null;
  if (!rate) return null;
  return (
    <p className={styles.pace}>
      <span>{t(isPaced(sport) ? 'measure.pace' : 'measure.speed')}</span>
      <span className="num">{text(rate)}</span>
    </p>
  );
}
