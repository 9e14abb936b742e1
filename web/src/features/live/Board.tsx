import { useEffect, useMemo, useRef, useState } from 'react';
import type { Participant, Units } from '../../api/gen';
import { decimal } from '../../format/number';
import { type Shown, steadyDistance } from '../../format/units';
import { useAnnouncement } from '../../live/announce';
import { useFlip } from '../../live/flip';
import type { Row } from '../../live/frames';
import { live } from '../../live/live';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { classes } from '../../ui/classes';
import styles from './Board.module.css';
import { onBeat } from './beat';
import { type LiveMetric, metricsOf, type Place, rank } from './board';
import type { RoomView } from './room';

/** Everybody's place, once a second. */
function usePlaces(view: RoomView, metric: LiveMetric): readonly Place[] {
  const { roster, session } = view;
  const [places, setPlaces] = useState<readonly Place[]>([]);
  useEffect(() => {
    const channel = `metrics:${session.id}`;
    const numbers = roster.map(({ number }) => number);
    const look = () =>
      setPlaces(rank(numbers, (number) => live.store.row<Row>(channel, String(number)), metric));
    look();
    return onBeat(look);
  }, [roster, session.id, metric]);
  return places;
}

/** The board of the room: it moves calmly, and nobody has to look at it. */
export function Board({
  view,
  units,
  metric,
  onMetric,
  most = 30,
  faces = 30,
}: {
  view: RoomView;
  units: Units;
  metric: LiveMetric;
  onMetric?: (metric: LiveMetric) => void;
  most?: number;
  /** How large the pictures are, in pixels. */
  faces?: number;
}) {
  const places = usePlaces(view, metric);
  const list = useRef<HTMLOListElement>(null);
  const byNumber = useMemo(() => new Map(view.roster.map((one) => [one.number, one])), [view.roster]);
  const mine = places.find(({ number }) => number === view.me?.number) ?? null;
  const shown = places.slice(0, most);
  if (mine !== null && !shown.includes(mine)) shown.push(mine);
  useFlip(list, shown.map(({ number }) => number).join());
  const spoken = useAnnouncement(
    mine?.rank == null ? '' : t('rank.of', { rank: mine.rank, count: places.length }),
  );
  const best = places[0]?.value ?? 0;
  return (
    <section className={styles.board} aria-label={t('room.board')}>
      {onMetric && (
        <MetricChoice metrics={metricsOf(view.session.sport)} metric={metric} onMetric={onMetric} />
      )}
      <ol ref={list} className={styles.rows}>
        {shown.map((place) => {
          const participant = byNumber.get(place.number);
          return participant === undefined ? null : (
            <BoardRow
              key={place.number}
              place={place}
              participant={participant}
              isMe={place === mine}
              face={faces}
              share={best > 0 && place.value !== null ? place.value / best : 0}
              value={shownValue(place.value, metric, units, best)}
            />
          );
        })}
      </ol>
      <p className="sr" aria-live="polite">
        {spoken}
      </p>
    </section>
  );
}

function BoardRow({
  place,
  participant,
  isMe,
  face,
  share,
  value,
}: {
  place: Place;
  participant: Participant;
  isMe: boolean;
  face: number;
  share: number;
  value: Shown;
}) {
  return (
    <li data-flip={place.number} className={classes(styles.row, isMe && styles.mine)}>
      <span className={styles.bar} style={{ transform: `scaleX(${share})` }} aria-hidden="true" />
      <span className={classes(styles.rank, 'num')}>{place.rank ?? '–'}</span>
      <Avatar member={participant.member} size={face} />
      <span className={styles.name}>{isMe ? t('rank.you') : participant.member.name}</span>
      <span className={classes(styles.value, 'num')}>
        {value.value} <small>{value.unit}</small>
      </span>
    </li>
  );
}

function MetricChoice({
  metrics,
  metric,
  onMetric,
}: {
  metrics: readonly LiveMetric[];
  metric: LiveMetric;
  onMetric: (metric: LiveMetric) => void;
}) {
  return (
    <fieldset className={styles.metrics}>
      <legend className="sr">{t('room.metric')}</legend>
      {metrics.map((one) => (
        <label key={one} className={styles.metric}>
          <input
            type="radio"
            name="live-metric"
            className="sr"
            checked={one === metric}
            onChange={() => onMetric(one)}
          />
          <span>{t(`metric.${one}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function shownValue(value: number | null, metric: LiveMetric, units: Units, best: number): Shown {
  if (value === null) return { value: '--', unit: '' };
  switch (metric) {
    case 'distance':
      return steadyDistance(value, units, undefined, best);
    case 'power':
      return { value: decimal(value), unit: 'W' };
    case 'reps':
      return { value: decimal(value), unit: t('room.reps.unit') };
    case 'energy':
      return { value: decimal(value), unit: 'kcal' };
    case 'effort':
      return { value: decimal(value), unit: '%' };
  }
}
