import { type FormEvent, useState } from 'react';
import { publishPost } from '../../api/feed';
import type { Visibility } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { uuid7 } from '../../api/uuid7';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Dialog, DialogActions } from '../../ui/Dialog';
import { TextArea } from '../../ui/Field';
import { toast } from '../../ui/toast';
import { useSubmit } from '../../ui/useSubmit';
import { VisibilityChoice } from '../../ui/Visibility';
import styles from './Feed.module.css';

const LONGEST = 2_000;

/** Write a post. The id is made once: pressing twice, or again after a failure, makes one post. */
export function Composer({ onClose }: { onClose: () => void }) {
  const { workout_visibility } = usePreferences();
  const [id] = useState(() => uuid7());
  const [text, setText] = useState('');
  const [visibility, setVisibility] = useState<Visibility>(workout_visibility);
  const { submit, busy, errors, message } = useSubmit(publishPost, ['text']);
  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (!(await submit({ id, text: text.trim(), visibility }))) return;
    toast(t('post.published'));
    onClose();
  }
  return (
    <Dialog title={t('post.compose')} onClose={onClose}>
      <form className={styles.form} onSubmit={onSubmit}>
        <TextArea
          label={t('post.text')}
          labelHidden
          placeholder={t('feed.write')}
          rows={5}
          maxLength={LONGEST}
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={errors.text ?? message ?? undefined}
          data-autofocus
        />
        <VisibilityChoice value={visibility} onChange={setVisibility} />
        <DialogActions>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={text.trim() === ''}>
            {t('post.publish')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
