import { Link } from '@tanstack/react-router';
import type { LiveSession } from '../api/gen';
import { day, timeOfDay } from '../format/dates';
import { brief, clock } from '../format/duration';
import type { Phase, Timeline } from '../live/timeline';
import { t } from '../locales/t';
import { ButtonLink } from './Button';
import { classes } from './classes';
import { Icon } from './icons';
import styles from './Session.module.css';
import { Badge } from './States';
import { useSessionClock } from './useSessionClock';

function isLater({ state, scheduled_at }: LiveSession): boolean {
  return state === 'lobby' && scheduled_at !== null && Date.parse(scheduled_at) > Date.now();
}

/** What to say about a session in two words. */
export function sessionState(session: LiveSession): string {
  const { state, scheduled_at } = session;
  if (isLater(session) && scheduled_at) {
    return t('session.scheduled', { when: `${day(scheduled_at)}, ${timeOfDay(scheduled_at)}` });
  }
  return t(`session.${state}`);
}

/** A session as the thing to do now: what is on, how far it is, and the way in for who may take it. */
export function SessionHero({ session, way = true }: { session: LiveSession; way?: boolean }) {
  const { phase, timeline } = useSessionClock(session);
  return (
    <article className={styles.hero}>
      <div className={styles.top}>
        <Badge look={session.state === 'running' ? 'live' : 'stage'}>{sessionState(session)}</Badge>
        <span className={classes(styles.people, 'num')}>
          <Icon name="people" size={18} />
          {t('session.people', { count: session.participants })}
        </span>
      </div>
      <div>
        <h3 className={styles.title}>{session.title}</h3>
        <p className={styles.by}>
          {t(`sport.${session.sport}`)} · {t('session.hosted', { name: session.host.name })}
        </p>
      </div>
      {phase.stage === 'running' || phase.stage === 'countdown' ? (
        <NowOn phase={phase} timeline={timeline} />
      ) : (
        <Plan phase={phase} timeline={timeline} />
      )}
      {way && (
        <div className={styles.actions}>
          <ButtonLink to="/live/$id" params={{ id: session.id }} look="volt" size="large">
            {t('session.join')}
          </ButtonLink>
        </div>
      )}
    </article>
  );
}

function NowOn({ phase, timeline }: { phase: Phase; timeline: Timeline }) {
  const block = phase.now?.block;
  // An open block has no end: it counts up.
  const shown = phase.remainingMs === null ? phase.intoMs / 1_000 : Math.ceil(phase.remainingMs / 1_000);
  return (
    <>
      <p className={styles.clock}>
        <b className="num">{clock(shown)}</b>
        <span>
          {phase.stage === 'countdown'
            ? t('session.countdown')
            : block && (block.label || t(`block.${block.kind}`))}
        </span>
      </p>
      <Track phase={phase} timeline={timeline} />
    </>
  );
}

/** What is to come, before it has begun. */
function Plan({ phase, timeline }: { phase: Phase; timeline: Timeline }) {
  if (!Number.isFinite(timeline.totalMs)) return null;
  return (
    <>
      <p className={styles.clock}>
        <b className="num">{brief(timeline.totalMs / 1_000)}</b>
        <span>{t('session.blocks', { count: timeline.stretches.length })}</span>
      </p>
      <Track phase={phase} timeline={timeline} />
    </>
  );
}

/** The programme as a band; what is done is filled. Decoration: the words above say the same. */
function Track({ phase, timeline }: { phase: Phase; timeline: Timeline }) {
  if (!Number.isFinite(timeline.totalMs)) return null;
  const done = Math.max(0, phase.elapsedMs);
  return (
    <div className={styles.track} aria-hidden="true">
      {timeline.stretches.map((stretch) => {
        const length = stretch.toMs - stretch.fromMs;
        const share = Math.min(1, Math.max(0, (done - stretch.fromMs) / length));
        return (
          <span
            key={stretch.index}
            className={classes(styles.stretch, stretch.block.kind === 'work' && styles.work)}
            style={{ '--w': length } as React.CSSProperties}
          >
            <span className={styles.fill} style={{ transform: `scaleX(${share})` }} />
          </span>
        );
      })}
    </div>
  );
}

/** A session in a list. */
export function SessionRow({ session }: { session: LiveSession }) {
  const { phase } = useSessionClock(session);
  const running = session.state === 'running';
  const later = isLater(session);
  return (
    <Link to="/live/$id" params={{ id: session.id }} className={styles.row}>
      <span className={styles.sport}>
        <Icon name={session.sport} size={26} />
      </span>
      <span>
        <span className={styles.name}>{session.title}</span>
        <span className={styles.sub}>
          {later ? sessionState(session) : t('session.people', { count: session.participants })} ·{' '}
          {t('session.hosted', { name: session.host.name })}
        </span>
      </span>
      <span className={styles.state}>
        {running ? (
          <>
            <Badge look="live">{t('session.running')}</Badge>
            <span className="num">{clock(Math.abs(phase.elapsedMs) / 1_000)}</span>
          </>
        ) : (
          !later && <Badge>{sessionState(session)}</Badge>
        )}
      </span>
    </Link>
  );
}
