import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Sport, Units } from '../../api/gen';
import { joinSession } from '../../api/live';
import type { Phase } from '../../live/timeline';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { Tabs } from '../../ui/Tabs';
import { toast } from '../../ui/toast';
import type { Athlete } from './athlete';
import { Board } from './Board';
import { type LiveMetric, metricsOf } from './board';
import { Chat } from './Chat';
import { Bursts, CheerBar } from './Cheering';
import { HostControls } from './Controls';
import type { Burst } from './cheers';
import { Elsewhere } from './Elsewhere';
import { useImmersion } from './immersion';
import { isCounted, ManualEntry, RepButtons } from './ManualEntry';
import { MyNumbers } from './MyNumbers';
import { useIsSeen, useMedia } from './media';
import { phaseKind, Ring } from './Ring';
import { type Clockwork, type RoomView, type Self, useAthleteState } from './room';
import { SensorChoice } from './SensorChoice';
import styles from './Stage.module.css';
import { StageHeader } from './StageHeader';
import { Tiles } from './Tiles';
import type { Talk } from './talk';

export interface StageProps {
  view: RoomView;
  clockwork: Clockwork;
  phase: Phase;
  self: Self;
  units: Units;
  isHost: boolean;
  talk: Talk;
  bursts: readonly Burst[];
  onBurst: (burst: Omit<Burst, 'id'>) => void;
  onBurstEnd: (id: number) => void;
  sound: boolean;
  onSound: (on: boolean) => void;
}

/** A desk has room for three columns; an upright tablet for the chat under the ring. */
const WIDE = '(width >= 75rem) and (height >= 40rem)';
const SETTLED_MS = 2_000;
const ROOMY = '(45rem <= width < 75rem) and (height >= 60rem)';

/** The session while it runs: the ring, my numbers, everybody. It fills the screen. */
export function Stage(props: StageProps) {
  const { view, clockwork, phase, self, units, isHost } = props;
  const { session, me } = view;
  const athlete = me !== null && self.sole.isMine ? self.athlete : null;
  const [alone, setAlone] = useState(false);
  const ring = useRef<HTMLDivElement>(null);
  const ringSeen = useIsSeen(ring);
  const roomy = useMedia(ROOMY);
  const own = useFocusOnJoining(me !== null);
  useImmersion();
  return (
    <div className={styles.stage} data-immersed data-kind={phaseKind(phase)} data-alone={alone || undefined}>
      <StageHeader {...props} alone={alone} onAlone={setAlone} mini={!ringSeen} />
      <div className={styles.body}>
        <div className={styles.mine}>
          <div className={styles.ring} ref={ring}>
            <Ring clockwork={clockwork} phase={phase} />
          </div>
          <div className={styles.own} ref={own}>
            {me === null && <JoinIn session={session.id} />}
            {me !== null && athlete === null && <Elsewhere sole={self.sole} />}
            {athlete !== null && <MyNumbers athlete={athlete} sport={session.sport} units={units} />}
            {athlete !== null && isCounted(session.sport) && <RepButtons athlete={athlete} />}
            <div className={styles.actions}>
              {athlete !== null && <EnterNumbers athlete={athlete} sport={session.sport} units={units} />}
              {athlete !== null && !isHost && <ChooseSensors athlete={athlete} sport={session.sport} />}
              {isHost && <HostControls session={session} isOver={phase.stage === 'done'} />}
            </div>
            {!isHost && phase.stage === 'done' && <p className={styles.note}>{t('room.done.wait')}</p>}
          </div>
          {!alone && roomy && (
            <section className={styles.below}>
              <h2>{t('room.chat')}</h2>
              <Chat talk={props.talk} myNumber={me?.number ?? null} />
            </section>
          )}
        </div>
        {!alone && <Others {...props} chatApart={roomy} />}
      </div>
      {me !== null && !alone && (
        <div className={styles.cheers}>
          <CheerBar session={session.id} cheers={props.talk.cheers} onBurst={props.onBurst} />
        </div>
      )}
      <Bursts bursts={props.bursts} onEnd={props.onBurstEnd} />
    </div>
  );
}

/** Who joins loses the button that was pressed: the focus goes on to what came in its place. */
function useFocusOnJoining(isIn: boolean) {
  const own = useRef<HTMLDivElement>(null);
  const wasIn = useRef(isIn);
  useEffect(() => {
    const hasJoined = isIn && !wasIn.current;
    wasIn.current = isIn;
    if (!hasJoined || (document.activeElement ?? document.body) !== document.body) return;
    const controls = own.current;
    (controls?.querySelector<HTMLElement>('[data-first]') ?? controls?.querySelector('button'))?.focus();
  }, [isIn]);
  return own;
}

function EnterNumbers({ athlete, sport, units }: { athlete: Athlete; sport: Sport; units: Units }) {
  const [entering, setEntering] = useState(false);
  return (
    <>
      <Button look="stage" size="large" data-first onClick={() => setEntering(true)}>
        <Icon name="edit" size={20} />
        {t('entry.open')}
      </Button>
      {entering && (
        <ManualEntry athlete={athlete} sport={sport} units={units} onClose={() => setEntering(false)} />
      )}
    </>
  );
}

/** For who has nothing that measures yet; later it is among the settings. */
function ChooseSensors({ athlete, sport }: { athlete: Athlete; sport: Sport }) {
  const { sensors } = useAthleteState(athlete);
  const [choosing, setChoosing] = useState(false);
  if (sensors.length > 0 && !choosing) return null;
  return (
    <>
      <Button look="stage" size="large" onClick={() => setChoosing(true)}>
        <Icon name="heart" size={20} />
        {t('sensor.choose')}
      </Button>
      {choosing && (
        <Dialog title={t('sensor.choose')} onClose={() => setChoosing(false)}>
          <SensorChoice athlete={athlete} sport={sport} />
        </Dialog>
      )}
    </>
  );
}

function JoinIn({ session }: { session: string }) {
  const join = useMutation({
    mutationFn: () => joinSession(session),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  return (
    <div className={styles.join}>
      <p>{t('room.watching')}</p>
      <Button look="volt" size="large" wide busy={join.isPending} onClick={() => join.mutate()}>
        {t('room.join.in')}
      </Button>
    </div>
  );
}

type Side = 'people' | 'board' | 'chat';

/** Everybody else: side by side on a desk, one at a time elsewhere. */
function Others({ view, clockwork, units, talk, chatApart }: StageProps & { chatApart: boolean }) {
  const wide = useMedia(WIDE);
  const section = useRef<HTMLElement>(null);
  const [side, setSide] = useState<Side>('people');
  const [metric, setMetric] = useState<LiveMetric>(() => metricsOf(view.session.sport)[0]);
  const unread = useUnread(talk.lines.length, side === 'chat');
  const tiles = <Tiles view={view} startedAt={clockwork.startedAt ?? 0} units={units} />;
  const board = <Board view={view} units={units} metric={metric} onMetric={setMetric} />;
  const chat = <Chat talk={talk} myNumber={view.me?.number ?? null} />;
  if (wide) {
    return (
      <>
        <section className={styles.column}>
          <h2>{t('room.everybody')}</h2>
          {tiles}
        </section>
        <div className={styles.last}>
          <section className={styles.column}>
            <h2>{t('room.board')}</h2>
            {board}
          </section>
          <section className={styles.chat}>
            <h2>{t('room.chat')}</h2>
            {chat}
          </section>
        </div>
      </>
    );
  }
  const choose = (to: Side) => {
    setSide(to);
    section.current?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  };
  const chosen = chatApart && side === 'chat' ? 'people' : side;
  const tabs: { key: Side; label: ReactNode }[] = [
    { key: 'people', label: t('room.everybody') },
    { key: 'board', label: t('room.board') },
  ];
  if (!chatApart) {
    tabs.push({
      key: 'chat',
      label: (
        <>
          {t('room.chat')}
          {unread > 0 && <span className={styles.unread}>{unread}</span>}
        </>
      ),
    });
  }
  return (
    <section ref={section} className={styles.others}>
      <Tabs label={t('room.everybody')} chosen={chosen} onChoose={choose} tabs={tabs}>
        {chosen === 'people' ? tiles : chosen === 'board' ? board : chat}
      </Tabs>
    </section>
  );
}

/** How many lines came in while nobody looked. What was there at the beginning is not news. */
function useUnread(count: number, isSeen: boolean): number {
  const [seen, setSeen] = useState<number | null>(null);
  useEffect(() => {
    // The history arrives within moments of the room.
    const timer = setTimeout(() => setSeen((before) => before ?? count), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [count]);
  useEffect(() => {
    if (isSeen) setSeen(count);
  }, [isSeen, count]);
  return isSeen || seen === null ? 0 : Math.max(0, count - seen);
}
