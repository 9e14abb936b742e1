import type { Sport, Units } from '../../api/gen';
import { decimal } from '../../format/number';
import { speed, steadyDistance } from '../../format/units';
import { t } from '../../locales/t';
import type { Reading } from '../../sensors/sensor';
import { zoneOf } from '../../sensors/zones';
import type { Athlete } from './athlete';
import styles from './MyNumbers.module.css';
import { useAthleteState } from './room';

const UNKNOWN = '--';

interface Shown {
  key: string;
  label: string;
  value: string;
  unit: string;
  zone?: number;
}

/** What I do right now, large. What nobody measures is "--", never 0. */
export function MyNumbers({ athlete, sport, units }: { athlete: Athlete; sport: Sport; units: Units }) {
  const { reading, sensors } = useAthleteState(athlete);
  const isStrapLost = sensors.some(({ kind, state }) => kind === 'heart_rate' && state === 'lost');
  return (
    <dl className={styles.numbers} aria-label={t('room.mine')}>
      {chosen(reading, sport, units).map(({ key, label, value, unit, zone }) => (
        <div key={key} className={styles.number} data-zone={zone} data-testid={`mine-${key}`}>
          <dt>{label}</dt>
          <dd>
            <span className="num">{value}</span>
            <small>
              {key === 'heart' && isStrapLost ? (
                <b className={styles.lost}>{t('room.strap.lost')}</b>
              ) : (
                <span>{value === UNKNOWN ? '\u00a0' : unit}</span>
              )}
              {zone !== undefined && <b className={styles.zone}>{t('room.zone', { zone })}</b>}
            </small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function chosen(reading: Reading, sport: Sport, units: Units): Shown[] {
  const { heartRateBpm, powerW, distanceM, speedMS, reps, energyKcal } = reading;
  const heart: Shown = {
    key: 'heart',
    label: t('room.heart'),
    value: whole(heartRateBpm),
    unit: t('unit.bpm'),
    ...(heartRateBpm === null ? {} : { zone: zoneOf(heartRateBpm) }),
  };
  const power: Shown = { key: 'power', label: t('room.power'), value: whole(powerW), unit: 'W' };
  const energy: Shown = { key: 'energy', label: t('measure.energy'), value: whole(energyKcal), unit: 'kcal' };
  const counted: Shown = { key: 'reps', label: t('room.reps'), value: whole(reps), unit: '' };
  if (sport === 'strength' || sport === 'hiit') return [heart, counted, energy];
  if (sport === 'yoga' || sport === 'mobility' || sport === 'other') return [heart, energy];
  const way = distanceM === null ? null : steadyDistance(distanceM, units, sport);
  const gone: Shown = {
    key: 'distance',
    label: t('measure.distance'),
    value: way?.value ?? UNKNOWN,
    unit: way?.unit ?? '',
  };
  if (sport === 'indoor_ride' || sport === 'ride') return [heart, power, gone];
  const pace = speedMS === null ? null : speed(speedMS * 60, 60, sport, units);
  const fast: Shown = {
    key: 'pace',
    label: t('measure.pace'),
    value: pace?.value ?? UNKNOWN,
    unit: pace?.unit ?? '',
  };
  return [heart, sport === 'row' && powerW !== null ? power : fast, gone];
}

function whole(value: number | null): string {
  return value === null ? UNKNOWN : decimal(value);
}
