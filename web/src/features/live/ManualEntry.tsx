import { type FormEvent, useState } from 'react';
import type { Sport, Units } from '../../api/gen';
import { editable, parseDecimal, parseWhole } from '../../format/number';
import { distanceUnit, fromMetres, toMetres } from '../../format/units';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Dialog, DialogActions } from '../../ui/Dialog';
import { TextField } from '../../ui/Field';
import type { Athlete } from './athlete';
import styles from './ManualEntry.module.css';
import { useAthleteState } from './room';

const COUNTED: ReadonlySet<Sport> = new Set(['strength', 'hiit', 'mobility', 'yoga', 'other']);

export function isCounted(sport: Sport): boolean {
  return COUNTED.has(sport);
}

/** Reps, one touch each: for hands that are busy. */
export function RepButtons({ athlete }: { athlete: Athlete }) {
  return (
    <fieldset className={styles.reps}>
      <legend className="sr">{t('room.reps')}</legend>
      <Button look="stage" onClick={() => athlete.addReps(-1)} aria-label={t('room.reps.less')}>
        −1
      </Button>
      <Button look="volt" size="large" onClick={() => athlete.addReps(1)} data-testid="rep">
        {t('room.reps.one')}
      </Button>
      <Button look="stage" onClick={() => athlete.addReps(5)}>
        +5
      </Button>
    </fieldset>
  );
}

/** Numbers read off a machine or a watch. */
export function ManualEntry({
  athlete,
  sport,
  units,
  onClose,
}: {
  athlete: Athlete;
  sport: Sport;
  units: Units;
  onClose: () => void;
}) {
  const { reading } = useAthleteState(athlete);
  const [way, setWay] = useState(
    reading.distanceM === null ? '' : editable(fromMetres(Math.round(reading.distanceM), units, sport)),
  );
  const [heart, setHeart] = useState('');
  const [reps, setReps] = useState(editable(reading.reps));
  const [wrong, setWrong] = useState<{ way?: string; heart?: string; reps?: string }>({});

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const distance = way.trim() === '' ? null : parseDecimal(way);
    const bpm = heart.trim() === '' ? null : parseWhole(heart);
    const count = reps.trim() === '' ? null : parseWhole(reps);
    const problems: typeof wrong = {};
    if (way.trim() !== '' && (distance === null || toMetres(distance, units, sport) > 2_000_000))
      problems.way = t('entry.wrong');
    if (heart.trim() !== '' && (bpm === null || bpm < 20 || bpm > 260))
      problems.heart = t('entry.wrong.heart');
    if (reps.trim() !== '' && (count === null || count > 100_000)) problems.reps = t('entry.wrong.whole');
    setWrong(problems);
    if (Object.keys(problems).length > 0) return;
    athlete.enter({
      distanceM: distance === null ? null : toMetres(distance, units, sport),
      heartRateBpm: bpm,
      reps: count,
    });
    onClose();
  };
  return (
    <Dialog title={t('entry.title')} onClose={onClose}>
      <form onSubmit={submit} className={styles.form} noValidate>
        {isCounted(sport) ? (
          <TextField
            label={t('room.reps')}
            inputMode="numeric"
            value={reps}
            error={wrong.reps}
            onChange={(event) => setReps(event.target.value)}
          />
        ) : (
          <TextField
            label={t('entry.distance')}
            hint={t('entry.distance.hint')}
            suffix={distanceUnit(units, sport)}
            inputMode="decimal"
            value={way}
            error={wrong.way}
            onChange={(event) => setWay(event.target.value)}
          />
        )}
        <TextField
          label={t('room.heart')}
          suffix={t('unit.bpm')}
          inputMode="numeric"
          value={heart}
          error={wrong.heart}
          onChange={(event) => setHeart(event.target.value)}
        />
        <DialogActions>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" look="primary">
            {t('save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
