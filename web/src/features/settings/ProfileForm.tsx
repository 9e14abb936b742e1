import { type FormEvent, useState } from 'react';
import { changeAvatar, changeMe } from '../../api/members';
import { useMe } from '../../api/session';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { explain } from '../../ui/explain';
import { TextArea, TextField } from '../../ui/Field';
import { toast } from '../../ui/toast';
import { useSubmit } from '../../ui/useSubmit';
import styles from './Settings.module.css';

/** Name, handle and a few words. Only what changed is sent. */
export function ProfileForm() {
  const me = useMe();
  const [name, setName] = useState(me.name);
  const [handle, setHandle] = useState(me.handle);
  const [bio, setBio] = useState(me.bio);
  const { submit, busy, errors, message } = useSubmit(changeMe, ['name', 'handle', 'bio']);
  async function save(event: FormEvent) {
    event.preventDefault();
    const done = await submit({
      ...(name.trim() === me.name ? {} : { name: name.trim() }),
      ...(handle === me.handle ? {} : { handle }),
      ...(bio === me.bio ? {} : { bio }),
    });
    if (done) toast(t('settings.saved'));
  }
  const removePhoto = () =>
    changeAvatar(null).catch((error: unknown) => toast(explain(error), { bad: true }));
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      {me.avatar && (
        <div className={styles.here}>
          <Avatar member={me} size={64} />
          <Button onClick={() => void removePhoto()}>{t('profile.photo.remove')}</Button>
        </div>
      )}
      <TextField
        label={t('register.name')}
        required
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={errors.name}
      />
      <TextField
        label={t('register.handle')}
        required
        pattern="[a-z0-9_]{3,30}"
        autoCapitalize="none"
        value={handle}
        onChange={(event) => setHandle(event.target.value.toLowerCase().replace(/[^a-z0-9_]/gu, '_'))}
        hint={t('register.handle.hint', { handle: handle || '…' })}
        error={errors.handle ?? message ?? undefined}
      />
      <TextArea
        label={t('settings.bio')}
        rows={4}
        maxLength={500}
        value={bio}
        onChange={(event) => setBio(event.target.value)}
        error={errors.bio}
      />
      <Button type="submit" look="primary" size="large" busy={busy}>
        {t('save')}
      </Button>
    </form>
  );
}
