import { memo, useEffect, useRef } from 'react';
import type { MemberCard, Participant, Units } from '../../api/gen';
import { decimal } from '../../format/number';
import { steadyDistance } from '../../format/units';
import type { Row } from '../../live/frames';
import { live } from '../../live/live';
import { t } from '../../locales/t';
import { type Zone, zoneOf } from '../../sensors/zones';
import { Avatar } from '../../ui/Avatar';
import { classes } from '../../ui/classes';
import { Icon } from '../../ui/icons';
import { onBeat } from './beat';
import { column, isFresh } from './board';
import type { RoomView } from './room';
import styles from './Tiles.module.css';

/** More would not be seen; the board has everybody. */
const MOST = 300;

/** Everybody, a tile each. A tile writes its own numbers: React renders only when somebody comes or goes. */
export function Tiles({ view, startedAt, units }: { view: RoomView; startedAt: number; units: Units }) {
  const { roster, present, me, session } = view;
  return (
    <ul className={styles.tiles} aria-label={t('room.everybody')}>
      {roster.slice(0, MOST).map((participant) => (
        <Tile
          key={participant.number}
          session={session.id}
          number={participant.number}
          member={participant.member}
          isMe={participant.number === me?.number}
          isHere={isHere(participant, present)}
          startedAt={startedAt}
          units={units}
        />
      ))}
    </ul>
  );
}

export function isHere({ member, simulated }: Participant, present: ReadonlySet<string>): boolean {
  return simulated === true || present.has(member.id);
}

interface TileProps {
  session: string;
  number: number;
  member: MemberCard;
  isMe: boolean;
  isHere: boolean;
  startedAt: number;
  units: Units;
}

const Tile = memo(function Tile({ session, number, member, isMe, isHere, startedAt, units }: TileProps) {
  const tile = useRef<HTMLLIElement>(null);
  const heart = useRef<HTMLSpanElement>(null);
  const zone = useRef<HTMLSpanElement>(null);
  const second = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const channel = `metrics:${session}`;
    const element = tile.current;
    // The browser tells which tiles it does not draw (where it can): those are not written either.
    let isSkipped = false;
    const skip = (event: Event) => {
      isSkipped = (event as ContentVisibilityAutoStateChangeEvent).skipped;
      if (!isSkipped) paint();
    };
    const paint = () => {
      if (isSkipped) return;
      const row = live.store.row<Row>(channel, String(number));
      const fresh = isFresh(row, live.now() - startedAt);
      const bpm = fresh ? column(row, 'heartRate') : null;
      write(heart.current, bpm === null ? '--' : String(bpm));
      write(zone.current, bpm === null ? '' : zoneName(zoneOf(bpm)));
      write(second.current, secondOf(row, units));
      if (tile.current === null) return;
      tile.current.dataset.zone = bpm === null ? '0' : String(zoneOf(bpm));
      // Who is not connected but whose numbers come all the same is not away.
      tile.current.toggleAttribute('data-away', !isHere && !fresh);
    };
    paint();
    const offRow = live.store.onRow(channel, String(number), paint);
    const offBeat = onBeat(paint);
    element?.addEventListener('contentvisibilityautostatechange', skip);
    return () => {
      element?.removeEventListener('contentvisibilityautostatechange', skip);
      offRow();
      offBeat();
    };
  }, [session, number, startedAt, units, isHere]);
  return (
    <li
      ref={tile}
      className={classes(styles.tile, isMe && styles.mine)}
      data-zone="0"
      data-testid={`tile-${number}`}
    >
      <span className={styles.who}>
        <Avatar member={member} size={26} />
        <span className={styles.name}>{isMe ? t('rank.you') : member.name}</span>
      </span>
      <span className={styles.heart}>
        <Icon name="heart" size={17} filled />
        <span ref={heart} className={classes(styles.bpm, 'num')}>
          --
        </span>
        <span ref={zone} className={styles.zone} />
      </span>
      <span className={styles.second}>
        <span ref={second} className="num" />
        <em>{t('room.away')}</em>
      </span>
    </li>
  );
});

const zoneNames = new Map<Zone, string>();

/** "Z3": wanted a thousand times a second, so it is put together once. */
function zoneName(zone: Zone): string {
  const known = zoneNames.get(zone) ?? t('room.zone', { zone });
  zoneNames.set(zone, known);
  return known;
}

function write(element: HTMLElement | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}

/** Beside the heart: power, else the way, else reps. */
function secondOf(row: Row | undefined, units: Units): string {
  const powerW = column(row, 'power');
  const distanceM = column(row, 'distance');
  const way = distanceM === null ? null : steadyDistance(distanceM, units);
  const parts: string[] = [];
  if (powerW !== null) parts.push(`${powerW}\u00a0W`);
  if (way !== null) parts.push(`${way.value}\u00a0${way.unit}`);
  const reps = column(row, 'reps');
  if (parts.length === 0 && reps !== null) parts.push(t('room.reps.count', { count: reps }));
  const kcal = column(row, 'energy');
  if (parts.length === 0 && kcal !== null) parts.push(`${decimal(kcal)}\u00a0kcal`);
  return parts.join(' · ');
}
