import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { leaveSession } from '../../api/live';
import { t } from '../../locales/t';
import { Button, ButtonLink } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { Switch } from '../../ui/Field';
import { Icon } from '../../ui/icons';
import { toast } from '../../ui/toast';
import { ConnectionChip } from './ConnectionChip';
import { MiniClock } from './MiniClock';
import { SensorChoice } from './SensorChoice';
import type { StageProps } from './Stage';
import styles from './StageHeader.module.css';

/** What the session is, how the connection is, and everything that is not needed each minute. */
export function StageHeader(
  props: StageProps & { alone: boolean; onAlone: (alone: boolean) => void; mini: boolean },
) {
  const { view, mini, clockwork, phase } = props;
  const [open, setOpen] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    document.title = `${view.session.title} · Pulsehub`;
  }, [view.session.title]);
  return (
    <header className={styles.header}>
      <Link to="/live" className={styles.back} aria-label={t('back')}>
        <Icon name="back" />
      </Link>
      <div className={styles.title}>
        <h1 ref={heading} tabIndex={-1} className={mini ? 'sr' : undefined}>
          {view.session.title}
        </h1>
        {mini ? (
          <MiniClock clockwork={clockwork} phase={phase} />
        ) : (
          <p>
            {t('session.people', { count: view.roster.length })} ·{' '}
            {t('session.hosted', { name: view.session.host.name })}
          </p>
        )}
      </div>
      <ConnectionChip stream={view.room.stream} />
      <Button look="stage" icon aria-label={t('room.settings')} onClick={() => setOpen(true)}>
        <Icon name="settings" />
      </Button>
      {open && <StageSettings {...props} onClose={() => setOpen(false)} />}
    </header>
  );
}

function StageSettings({
  view,
  self,
  sound,
  onSound,
  alone,
  onAlone,
  isHost,
  onClose,
}: StageProps & { alone: boolean; onAlone: (alone: boolean) => void; onClose: () => void }) {
  const { session, me } = view;
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    try {
      await leaveSession(session.id);
      await navigate({ to: '/live' });
    } catch (error) {
      toast(explain(error), { bad: true });
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('room.settings')} onClose={onClose}>
      <div className={styles.settings}>
        {me !== null && self.sole.isMine && <SensorChoice athlete={self.athlete} sport={session.sport} />}
        <Switch
          label={t('room.sound')}
          hint={t('room.sound.hint')}
          checked={sound}
          onChange={(event) => onSound(event.target.checked)}
        />
        <Switch
          label={t('room.alone')}
          hint={t('room.alone.hint')}
          checked={alone}
          onChange={(event) => onAlone(event.target.checked)}
        />
        <ButtonLink
          to="/live/$id"
          params={{ id: session.id }}
          search={{ view: 'wall' }}
          look="outline"
          target="_blank"
          wide
        >
          <Icon name="device" />
          {t('room.wall')}
        </ButtonLink>
        {me !== null && !isHost && (
          <Button look="danger" wide busy={busy} onClick={() => void leave()}>
            {t('room.leave')}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
