import { useMutation } from '@tanstack/react-query';
import type { Participant } from '../../api/gen';
import { joinSession, leaveSession, setReady } from '../../api/live';
import { day, timeOfDay } from '../../format/dates';
import { clock } from '../../format/duration';
import { live } from '../../live/live';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { Card, Section } from '../../ui/Card';
import { classes } from '../../ui/classes';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { Page, Sections } from '../../ui/Page';
import { sessionState } from '../../ui/SessionCard';
import { Badge } from '../../ui/States';
import { toast } from '../../ui/toast';
import { useNow } from '../../ui/useNow';
import { Chat } from './Chat';
import { Checks } from './Checks';
import { ConnectionChip } from './ConnectionChip';
import { StartControls } from './Controls';
import { Elsewhere } from './Elsewhere';
import styles from './Lobby.module.css';
import { inWords, ProgrammeBar, programmeLength } from './ProgrammeBar';
import type { RoomView, Self } from './room';
import { isHere } from './Tiles';
import type { Talk } from './talk';

/** Before the start: who is here, who is ready, and whether everything works. */
export function Lobby({
  view,
  self,
  talk,
  isHost,
  onSoundTest,
}: {
  view: RoomView;
  self: Self;
  talk: Talk;
  isHost: boolean;
  onSoundTest: () => Promise<boolean>;
}) {
  const { session, roster, me, present } = view;
  const ready = roster.filter((participant) => participant.ready).length;
  return (
    <Page title={session.title} heading={t('lobby.title')} back wide>
      <div className={styles.lobby}>
        <div className={styles.side}>
          <Hero view={view} isHost={isHost} ready={ready} />
          {me !== null && (
            <Section title={t('lobby.checks')}>
              <Card>
                {self.sole.isMine ? (
                  <Checks athlete={self.athlete} sport={session.sport} onSoundTest={onSoundTest} />
                ) : (
                  <Elsewhere sole={self.sole} />
                )}
              </Card>
            </Section>
          )}
        </div>
        <Sections>
          <Section
            title={t('lobby.roster')}
            more={<span className={styles.count}>{t('lobby.ready', { ready, of: roster.length })}</span>}
          >
            <ul className={styles.roster}>
              {roster.map((participant) => (
                <RosterEntry
                  key={participant.number}
                  participant={participant}
                  isMe={participant.number === me?.number}
                  here={isHere(participant, present)}
                />
              ))}
              {roster.length === 0 && <li className={styles.nobody}>{t('lobby.nobody')}</li>}
            </ul>
          </Section>
          <Section title={t('room.chat')}>
            <div className={styles.chat}>
              <Chat talk={talk} myNumber={me?.number ?? null} />
            </div>
          </Section>
        </Sections>
      </div>
    </Page>
  );
}

function Hero({ view, isHost, ready }: { view: RoomView; isHost: boolean; ready: number }) {
  const { session, me, room, roster } = view;
  const { scheduled_at } = session;
  return (
    <article className={styles.hero}>
      <div className={styles.top}>
        <Badge look="stage">{sessionState(session)}</Badge>
        <ConnectionChip stream={room.stream} quiet />
      </div>
      <div>
        <h2 className={styles.title}>{session.title}</h2>
        <p className={styles.sub}>
          <Icon name={session.sport} size={20} /> {t(`sport.${session.sport}`)} ·{' '}
          {t('session.hosted', { name: session.host.name })}
        </p>
      </div>
      <div>
        <ProgrammeBar programme={session.programme} />
        <p className={styles.programme}>
          <b>{programmeLength(session.programme)}</b> {inWords(session.programme)}
        </p>
      </div>
      {scheduled_at && (
        <p className={styles.when}>
          <Icon name="clock" size={20} /> {day(scheduled_at)}, {timeOfDay(scheduled_at)}
          <Until at={Date.parse(scheduled_at)} />
        </p>
      )}
      <div className={styles.actions}>
        {me === null ? <JoinButton session={session.id} /> : <ReadyButton session={session.id} me={me} />}
        {isHost ? (
          <StartControls session={session} waiting={roster.length - ready} />
        ) : (
          <>
            <p className={styles.wait}>{t('lobby.wait', { name: session.host.name })}</p>
            {me !== null && <LeaveButton session={session.id} />}
          </>
        )}
      </div>
    </article>
  );
}

const SOON_S = 24 * 3_600;

/** How long until the planned time, while that is worth counting. */
function Until({ at }: { at: number }) {
  useNow();
  const seconds = (at - live.now()) / 1_000;
  if (seconds <= 0 || seconds > SOON_S) return null;
  return <b className="num">{t('lobby.in', { time: clock(seconds) })}</b>;
}

const bad = (error: unknown) => toast(explain(error), { bad: true });

function JoinButton({ session }: { session: string }) {
  const join = useMutation({ mutationFn: () => joinSession(session), onError: bad });
  return (
    <Button look="volt" size="large" wide busy={join.isPending} onClick={() => join.mutate()}>
      {t('session.join')}
    </Button>
  );
}

function LeaveButton({ session }: { session: string }) {
  const leave = useMutation({ mutationFn: () => leaveSession(session), onError: bad });
  return (
    <Button look="stage" wide busy={leave.isPending} onClick={() => leave.mutate()}>
      {t('room.leave')}
    </Button>
  );
}

function ReadyButton({ session, me }: { session: string; me: Participant }) {
  const ready = useMutation({ mutationFn: (to: boolean) => setReady(session, to), onError: bad });
  const isReady = ready.isPending ? ready.variables : me.ready;
  return (
    <Button
      look={isReady ? 'stage' : 'volt'}
      size="large"
      wide
      aria-pressed={isReady}
      onClick={() => ready.mutate(!isReady)}
    >
      <Icon name="check" />
      {t(isReady ? 'lobby.am.ready' : 'lobby.be.ready')}
    </Button>
  );
}

function RosterEntry({
  participant,
  isMe,
  here,
}: {
  participant: Participant;
  isMe: boolean;
  here: boolean;
}) {
  const { member, ready } = participant;
  return (
    <li className={classes(styles.entry, !here && styles.away)}>
      <Avatar member={member} size={36} />
      <span className={styles.name}>{isMe ? t('rank.you') : member.name}</span>
      <span className={classes(styles.state, ready && styles.ready)}>
        {ready && <Icon name="check" size={18} />}
        {ready ? t('lobby.is.ready') : here ? t('lobby.not.ready') : t('room.away')}
      </span>
    </li>
  );
}
