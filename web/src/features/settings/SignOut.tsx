import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { signOut, useMe } from '../../api/session';
import { t } from '../../locales/t';
import { clearDraft } from '../../offline/drafts';
import { discard } from '../../offline/drain';
import { useOutbox } from '../../offline/useOutbox';
import { Button } from '../../ui/Button';
import { Dialog, DialogActions } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { toast } from '../../ui/toast';
import { exportEntries } from './exportEntries';

/** Signing out never loses what was not sent without being told to. */
export function SignOut() {
  const me = useMe();
  const router = useRouter();
  const unsent = useOutbox().filter((entry) => entry.member_id === me.id);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  async function leave() {
    setBusy(true);
    try {
      for (const { id } of unsent) await discard(id);
      await clearDraft();
      await signOut();
      await router.invalidate();
      await router.navigate({ to: '/welcome' });
    } catch (error) {
      toast(explain(error), { bad: true });
      setBusy(false);
    }
  }
  return (
    <>
      <Button look="outline" busy={busy} onClick={() => (unsent.length > 0 ? setAsking(true) : void leave())}>
        {t('signout.title')}
      </Button>
      {asking && (
        <Dialog title={t('signout.unsent.title')} onClose={() => setAsking(false)}>
          <p>{t('signout.unsent', { count: unsent.length })}</p>
          <DialogActions>
            <Button onClick={() => exportEntries(unsent)}>{t('signout.export')}</Button>
            <Button look="danger" busy={busy} onClick={() => void leave()}>
              {t('signout.anyway')}
            </Button>
            <Button look="primary" onClick={() => setAsking(false)}>
              {t('cancel')}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}
