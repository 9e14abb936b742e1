import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { signOut, useMe } from '../../api/session';
import { t } from '../../locales/t';
import { clearDraft } from '../../offline/drafts';
import { discard, sendNow } from '../../offline/drain';
import { useOnline } from '../../offline/network';
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
  const online = useOnline();
  const [busy, setBusy] = useState(false);
  const [sending, setSending] = useState(false);
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
      setAsking(false);
      setBusy(false);
    }
  }
  async function send() {
    setSending(true);
    try {
      await sendNow();
    } catch (error) {
      toast(explain(error), { bad: true });
    } finally {
      setSending(false);
    }
  }
  return (
    <>
      <Button look="outline" busy={busy} onClick={() => (unsent.length > 0 ? setAsking(true) : void leave())}>
        {t('signout.title')}
      </Button>
      {asking && unsent.length === 0 && !busy && (
        <Dialog title={t('sync.none.title')} onClose={() => setAsking(false)}>
          <DialogActions>
            <Button look="primary" busy={busy} onClick={() => void leave()}>
              {t('signout.title')}
            </Button>
          </DialogActions>
        </Dialog>
      )}
      {asking && unsent.length > 0 && (
        <Dialog title={t('signout.unsent.title')} onClose={() => setAsking(false)}>
          <p>{t('signout.unsent', { count: unsent.length })}</p>
          <DialogActions>
            <Button onClick={() => exportEntries(unsent)}>{t('signout.export')}</Button>
            <Button look="danger" busy={busy} onClick={() => void leave()}>
              {t('signout.anyway')}
            </Button>
            <Button look="primary" busy={sending} disabled={!online} onClick={() => void send()}>
              {t('sync.now')}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}
