import { type FormEvent, useState } from 'react';
import type { Visibility, WorkoutDraft } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { clock, parseDuration } from '../../format/duration';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Dialog, DialogActions } from '../../ui/Dialog';
import { TextArea, TextField } from '../../ui/Field';
import { useSubmit } from '../../ui/useSubmit';
import { Effort } from './Effort';
import styles from './Log.module.css';
import { useStart } from './StartField';
import { WorkoutVisibility } from './WorkoutVisibility';

export type Finish = Pick<WorkoutDraft, 'duration_s' | 'started_at'> &
  Partial<Pick<WorkoutDraft, 'title' | 'note' | 'rpe' | 'visibility'>>;

/** The last look before a strength workout is saved. */
export function FinishDialog({
  title: named,
  startedAt,
  tz,
  durationS,
  left,
  nothing,
  onSave,
  onClose,
}: {
  title: string;
  startedAt: string;
  tz: string;
  durationS: number;
  left: number;
  nothing: boolean;
  onSave: (finish: Finish) => Promise<void>;
  onClose: () => void;
}) {
  const { workout_visibility } = usePreferences();
  const [title, setTitle] = useState(named);
  const [duration, setDuration] = useState(() => clock(durationS));
  const [note, setNote] = useState('');
  const [effort, setEffort] = useState<number | null>(null);
  const [visibility, setVisibility] = useState<Visibility>(workout_visibility);
  const start = useStart(startedAt, tz);
  const { submit, busy, message } = useSubmit(onSave);
  const seconds = parseDuration(duration);
  function save(event: FormEvent) {
    event.preventDefault();
    if (!seconds || start.iso === null || nothing) return;
    void submit({
      started_at: start.iso,
      duration_s: seconds,
      title: title.trim(),
      note: note.trim(),
      rpe: effort,
      visibility,
    });
  }
  return (
    <Dialog title={t('log.finish.title')} onClose={onClose}>
      <form className={styles.form} onSubmit={save}>
        {nothing && <p className={styles.warn}>{t('log.finish.nothing')}</p>}
        {!nothing && left > 0 && <p className={styles.warn}>{t('log.finish.left.out', { count: left })}</p>}
        {message && <p className={styles.warn}>{message}</p>}
        <TextField
          label={t('log.name')}
          placeholder={t('log.name.placeholder')}
          maxLength={120}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <div className={styles.pair}>
          {start.field}
          <TextField
            label={t('log.duration')}
            value={duration}
            onChange={(event) => setDuration(event.target.value)}
            error={seconds ? undefined : t('log.duration.wrong')}
          />
        </div>
        <Effort value={effort} onChange={setEffort} />
        <TextArea
          label={t('log.note')}
          hint={t('log.note.hint')}
          rows={3}
          maxLength={2_000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <WorkoutVisibility value={visibility} onChange={setVisibility} />
        <DialogActions>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={nothing}>
            {t('log.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
