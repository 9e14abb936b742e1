import { useState } from 'react';
import type { LiveSession } from '../../api/gen';
import { moveSession, startSession } from '../../api/live';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { toast } from '../../ui/toast';
import styles from './Controls.module.css';

const COUNTDOWN_S = 10;

type Verb = 'start' | 'pause' | 'resume' | 'finish' | 'cancel';

function useHost(session: LiveSession): { busy: Verb | null; act: (verb: Verb) => Promise<void> } {
  const [busy, setBusy] = useState<Verb | null>(null);
  const act = async (verb: Verb) => {
    setBusy(verb);
    try {
      await (verb === 'start' ? startSession(session.id, COUNTDOWN_S) : moveSession(session.id, verb));
    } catch (error) {
      toast(explain(error), { bad: true });
    } finally {
      setBusy(null);
    }
  };
  return { busy, act };
}

/** The host's verbs while the session runs. `isOver`: the programme has come to its end. */
export function HostControls({ session, isOver }: { session: LiveSession; isOver: boolean }) {
  const { busy, act } = useHost(session);
  const [asking, setAsking] = useState(false);
  const isPaused = session.state === 'paused';
  return (
    <fieldset className={styles.controls}>
      <legend className="sr">{t('host.controls')}</legend>
      {!isOver && (
        <Button
          look={isPaused ? 'volt' : 'stage'}
          size="large"
          busy={busy === 'pause' || busy === 'resume'}
          onClick={() => void act(isPaused ? 'resume' : 'pause')}
        >
          <Icon name={isPaused ? 'play' : 'pause'} />
          {t(isPaused ? 'host.resume' : 'host.pause')}
        </Button>
      )}
      <Button
        look={isOver ? 'volt' : 'stage'}
        size="large"
        busy={busy === 'finish'}
        onClick={() => (isOver ? void act('finish') : setAsking(true))}
      >
        <Icon name="check" />
        {t('host.finish')}
      </Button>
      {asking && (
        <Confirm
          title={t('host.finish.title')}
          action={t('host.finish')}
          busy={busy === 'finish'}
          onConfirm={() => void act('finish').then(() => setAsking(false))}
          onClose={() => setAsking(false)}
        >
          <p>{t('host.finish.text')}</p>
        </Confirm>
      )}
    </fieldset>
  );
}

/** Start, or call it off: the host in the lobby. */
export function StartControls({ session, waiting }: { session: LiveSession; waiting: number }) {
  const { busy, act } = useHost(session);
  const [asking, setAsking] = useState(false);
  return (
    <div className={styles.start}>
      <Button look="volt" size="large" wide busy={busy === 'start'} onClick={() => void act('start')}>
        <Icon name="play" filled />
        {t('host.start')}
      </Button>
      {waiting > 0 && <p className={styles.hint}>{t('host.waiting', { count: waiting })}</p>}
      <Button look="ghost" className={styles.cancel} onClick={() => setAsking(true)}>
        {t('host.cancel')}
      </Button>
      {asking && (
        <Confirm
          title={t('host.cancel.title')}
          action={t('host.cancel')}
          busy={busy === 'cancel'}
          onConfirm={() => void act('cancel').then(() => setAsking(false))}
          onClose={() => setAsking(false)}
        >
          <p>{t('host.cancel.text')}</p>
        </Confirm>
      )}
    </div>
  );
}
