import { useMemo } from 'react';
import type { Units } from '../../api/gen';
import type { Phase } from '../../live/timeline';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { Board } from './Board';
import { metricsOf } from './board';
import { Bursts } from './Cheering';
import { useIsAway } from './ConnectionChip';
import type { Burst } from './cheers';
import { useImmersion } from './immersion';
import { phaseKind, Ring } from './Ring';
import type { Clockwork, RoomView } from './room';
import styles from './Wall.module.css';
import { WallExit } from './WallExit';

/** Rows that can be read from five metres. */
const MOST = 8;

/** The session on a gym's wall: nothing to touch but the way out, everything large. */
export function Wall({
  view,
  clockwork,
  phase,
  units,
  bursts,
  onBurstEnd,
}: {
  view: RoomView;
  clockwork: Clockwork;
  phase: Phase;
  units: Units;
  bursts: readonly Burst[];
  onBurstEnd: (id: number) => void;
}) {
  const { session, roster } = view;
  // A wall is nobody's: no row on it says "You".
  const everybody = useMemo(() => ({ ...view, me: null }), [view]);
  const away = useIsAway();
  const isOver = session.state === 'finished' || session.state === 'cancelled';
  const words = isOver
    ? t(`session.${session.state}`)
    : away
      ? t('connection.waiting')
      : t('session.people', { count: roster.length });
  useImmersion();
  return (
    <div className={styles.wall} data-kind={phaseKind(phase)} data-immersed>
      <header className={styles.header}>
        <h1>{session.title}</h1>
        <p>{words}</p>
      </header>
      <div className={styles.ring}>
        <Ring clockwork={clockwork} phase={phase} />
      </div>
      {session.state === 'lobby' ? (
        <ul className={styles.faces} aria-label={t('lobby.roster')}>
          {roster.slice(0, 24).map(({ number, member }) => (
            <li key={number}>
              <Avatar member={member} size={72} />
              <span>{member.name}</span>
            </li>
          ))}
        </ul>
      ) : (
        <div className={styles.board}>
          <Board view={everybody} units={units} metric={metricsOf(session.sport)[0]} most={MOST} faces={44} />
        </div>
      )}
      <WallExit session={session.id} />
      <Bursts bursts={bursts} onEnd={onBurstEnd} />
    </div>
  );
}
