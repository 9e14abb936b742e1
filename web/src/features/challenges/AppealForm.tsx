import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { appeal } from '../../api/fair-play';
import type { CaseState } from '../../api/gen';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { explain } from '../../ui/explain';
import { TextArea } from '../../ui/Field';
import { toast } from '../../ui/toast';
import styles from './ScoreSheet.module.css';

/** Say why a workout is right as it is; where that has been said, what became of it. */
export function AppealForm({
  workout,
  state,
  note = '',
  isSettled = false,
}: {
  workout: string;
  state: CaseState | null;
  note?: string;
  isSettled?: boolean;
}) {
  const [text, setText] = useState<string | null>(null);
  const send = useMutation({
    mutationFn: () => appeal(workout, (text ?? '').trim()),
    onSuccess: () => {
      setText(null);
      toast(t('appeal.sent'));
    },
    onError: (error) => toast(explain(error), { bad: true }),
  });
  if (state === null || isSettled) return null;
  if (state !== 'open') {
    return (
      <p className={styles.state}>
        {t(`case.${state}`)}
        {note && ` ${t('case.note', { note })}`}
      </p>
    );
  }
  if (text === null) {
    return (
      <Button look="outline" onClick={() => setText('')}>
        {t('appeal.start')}
      </Button>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') send.mutate();
  };
  return (
    <form className={styles.appeal} onSubmit={submit}>
      <TextArea
        label={t('appeal.text')}
        hint={t('appeal.hint')}
        value={text}
        maxLength={1000}
        required
        rows={4}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" look="primary" busy={send.isPending}>
        {t('appeal.send')}
      </Button>
    </form>
  );
}
