import { type ChangeEvent, useState } from 'react';
import type { MemberCard } from '../../api/gen';
import { changeAvatar } from '../../api/members';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { toast } from '../../ui/toast';
import styles from './Profile.module.css';

const LARGEST = 8_000_000;

/** My picture, and the way to another one. The hub makes it small and takes out where it was taken. */
export function Photo({ member }: { member: MemberCard }) {
  const [busy, setBusy] = useState(false);
  async function chosen(event: ChangeEvent<HTMLInputElement>) {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (!file) return;
    if (file.size > LARGEST) return toast(t('profile.photo.big'), { bad: true });
    setBusy(true);
    try {
      await changeAvatar(file);
      toast(t('profile.photo.changed'));
    } catch (error) {
      toast(explain(error), { bad: true });
    }
    setBusy(false);
  }
  return (
    <div className={styles.photo} aria-busy={busy}>
      <Avatar member={member} size={88} className={styles.ring} />
      <label className={styles.camera}>
        <Icon name="camera" size={20} />
        <span className="sr">{t('profile.photo.change')}</span>
        <input
          type="file"
          className="sr"
          accept="image/png,image/jpeg,image/webp"
          disabled={busy}
          onChange={(event) => void chosen(event)}
        />
      </label>
    </div>
  );
}
