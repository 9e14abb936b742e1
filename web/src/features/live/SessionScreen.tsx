import { Navigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useMe, usePreferences } from '../../api/session';
import { useWatch } from '../../live/hooks';
import { live } from '../../live/live';
import { useWakeLock } from '../../live/wake-lock';
import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { Page } from '../../ui/Page';
import { EmptyState } from '../../ui/States';
import { useBursts } from './cheers';
import { Lobby } from './Lobby';
import './phases.css';
import { useAthlete, useClockwork, usePhase, useRoom } from './room';
import { Stage } from './Stage';
import { useTalk } from './talk';
import { useCues } from './use-cues';
import { Wall } from './Wall';

const SOUND = 'pulsehub.sound';

/** One session from the lobby to its end. Where it stands comes from the hub's clock and the live channels. */
export function SessionScreen({ id, wall }: { id: string; wall: boolean }) {
  const me = useMe();
  const { units } = usePreferences();
  const view = useRoom(id);
  const { session } = view;
  const clockwork = useClockwork(session);
  const phase = usePhase(clockwork);
  const self = useAthlete(view, clockwork);
  const [bursts, addBurst, endBurst] = useBursts();
  const mine = view.me === null ? null : { number: view.me.number, name: me.name };
  const talk = useTalk(id, mine, addBurst);
  const [sound, setSound] = useSound();
  const isOn = session.state === 'running' || session.state === 'paused';
  const player = useCues(clockwork, isOn && sound && (mine !== null || wall));
  useWakeLock(isOn || wall);
  // Everybody's numbers, from the lobby on: nothing is blank at the start.
  useWatch(`metrics:${id}`);
  useEffect(() => live.retry(), []);
  const soundTest = useCallback(() => player.test(), [player]);

  if (session.state === 'finished' && !wall) {
    return <Navigate to="/live/$id/recap" params={{ id }} replace />;
  }
  if (session.state === 'cancelled') {
    return (
      <Page title={session.title}>
        <EmptyState
          icon="live"
          title={t('room.cancelled')}
          action={<ButtonLink to="/live">{t('room.others')}</ButtonLink>}
        />
      </Page>
    );
  }
  const isHost = session.host.id === me.id;
  if (wall) return <Wall {...{ view, clockwork, phase, units, bursts }} onBurstEnd={endBurst} />;
  if (session.state === 'lobby') {
    return <Lobby {...{ view, self, talk, isHost }} onSoundTest={soundTest} />;
  }
  return (
    <Stage
      {...{ view, clockwork, phase, self, units, isHost, talk, bursts, sound }}
      onBurst={addBurst}
      onBurstEnd={endBurst}
      onSound={setSound}
    />
  );
}

/** Sound is on until somebody turns it off here. */
function useSound(): [boolean, (on: boolean) => void] {
  const [sound, setSound] = useState(() => localStorage.getItem(SOUND) !== 'off');
  return [
    sound,
    (on) => {
      setSound(on);
      localStorage.setItem(SOUND, on ? 'on' : 'off');
    },
  ];
}
