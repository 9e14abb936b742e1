import { useState } from 'react';
import type { Profile } from '../../api/gen';
import { block, follow, unblock, unfollow } from '../../api/members';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { Menu, MenuItem } from '../../ui/Menu';
import { toast } from '../../ui/toast';

/** Follow, ask, withdraw, stop; and block, behind a question. */
export function FollowButton({ profile }: { profile: Profile }) {
  const [busy, setBusy] = useState(false);
  const [sure, setSure] = useState(false);
  const { handle, name } = profile.member;
  async function run(verb: (handle: string) => Promise<unknown>) {
    setBusy(true);
    await verb(handle).catch((error: unknown) => toast(explain(error), { bad: true }));
    setBusy(false);
  }
  if (profile.relation === 'blocked') {
    return (
      <Button look="stage" busy={busy} onClick={() => void run(unblock)}>
        {t('profile.unblock')}
      </Button>
    );
  }
  return (
    <>
      {profile.relation === 'none' && (
        <Button look="volt" busy={busy} onClick={() => void run(follow)}>
          {t('profile.follow')}
        </Button>
      )}
      {profile.relation === 'requested' && (
        <Button
          look="stage"
          busy={busy}
          aria-label={t('profile.withdraw.label', { name })}
          onClick={() => void run(unfollow)}
        >
          {t('profile.requested')}
        </Button>
      )}
      {profile.relation === 'following' && (
        <Button
          look="stage"
          busy={busy}
          aria-label={t('profile.unfollow.label', { name })}
          onClick={() => void run(unfollow)}
        >
          {t('profile.unfollow')}
        </Button>
      )}
      <Menu label={t('more')}>
        <MenuItem icon="lock" danger onChoose={() => setSure(true)}>
          {t('profile.block')}
        </MenuItem>
      </Menu>
      {sure && (
        <Confirm
          title={t('profile.block.sure', { name })}
          action={t('profile.block')}
          onClose={() => setSure(false)}
          onConfirm={() => {
            setSure(false);
            void run(block);
          }}
        >
          <p>{t('profile.block.text')}</p>
        </Confirm>
      )}
    </>
  );
}
