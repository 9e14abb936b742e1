import type { ExerciseEntry, Measure, SetKind, Units } from '../../api/gen';
import { weightUnit } from '../../format/units';
import { type Key, t } from '../../locales/t';
import type { DraftExercise, DraftSet } from '../../offline/drafts';
import { classes } from '../../ui/classes';
import { Icon } from '../../ui/icons';
import { lastTime } from '../../ui/lastTime';
import styles from './Log.module.css';
import { complete, FIELDS, type Field, isWhole, suggestion } from './strength';

const KINDS: readonly SetKind[] = ['normal', 'warmup', 'drop', 'failure', 'amrap'];

const FIELD_LABELS = {
  weight: 'log.weight',
  reps: 'log.reps',
  duration: 'log.time',
  distance: 'log.distance',
} as const satisfies Record<Field, Key>;

/** How a column is headed: its unit says more than its name. */
export function heading(field: Field, units: Units): string {
  if (field === 'weight') return weightUnit(units);
  return field === 'distance' ? 'm' : t(FIELD_LABELS[field]);
}

/** One set: what it was last time, what it is now, done. */
export function SetRow({
  exercise,
  at,
  name,
  measure,
  last,
  compared,
  units,
  onChange,
}: {
  exercise: DraftExercise;
  at: number;
  name: string;
  measure: Measure;
  last: ExerciseEntry | null | undefined;
  compared: boolean;
  units: Units;
  onChange: (set: DraftSet) => void;
}) {
  const set = exercise.sets[at];
  if (!set) return null;
  const suggested = suggestion(exercise, at, last, units);
  const number = at + 1;
  const filled = complete(set, measure, suggested);
  return (
    <tr className={classes(set.done && styles.done)}>
      <td>
        <select
          className={classes(styles.kind, 'num')}
          aria-label={t('log.set.kind', { number })}
          value={set.kind}
          onChange={(event) => onChange({ ...set, kind: event.target.value as SetKind })}
        >
          {KINDS.map((kind) => (
            <option
              key={kind}
              value={kind}
              label={kind === set.kind ? short(kind, number) : t(`kind.${kind}`)}
            >
              {t(`kind.${kind}`)}
            </option>
          ))}
        </select>
      </td>
      {compared && (
        <td className={classes(styles.last, 'num')}>
          {lastTime(last?.sets?.[at], units, true) ?? t('not.available')}
        </td>
      )}
      {FIELDS[measure].map((field) => (
        <td key={field}>
          <input
            className={classes(styles.number, 'num')}
            inputMode={field === 'reps' ? 'numeric' : field === 'duration' ? 'text' : 'decimal'}
            autoComplete="off"
            enterKeyHint="done"
            aria-label={t('log.set.field', { field: t(FIELD_LABELS[field]), number, exercise: name })}
            placeholder={suggested[field]}
            value={set[field]}
            onFocus={(event) => event.target.select()}
            onChange={(event) => onChange({ ...set, [field]: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && isWhole(filled, measure)) onChange(filled);
            }}
          />
        </td>
      ))}
      <td>
        <button
          type="button"
          className={styles.tick}
          aria-pressed={set.done}
          aria-label={t('log.set.done', { number, exercise: name })}
          disabled={!set.done && !isWhole(filled, measure)}
          onClick={() => onChange(set.done ? { ...set, done: false } : filled)}
        >
          <Icon name="check" size={24} />
        </button>
      </td>
    </tr>
  );
}

function short(kind: SetKind, number: number): string {
  return kind === 'normal' ? String(number) : t(`kind.short.${kind}`);
}
