import { Link } from '@tanstack/react-router';
import type { FairCase } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { day, timeOfDay } from '../../format/dates';
import { clock } from '../../format/duration';
import { decimal } from '../../format/number';
import { distance, elevation, text, volume } from '../../format/units';
import { t } from '../../locales/t';
import { Icon } from '../../ui/icons';
import styles from './FairPlay.module.css';
import { Findings } from './Findings';

/** The workout of a case with its numbers, and what is hard to believe about it. */
export function CaseFacts({ one }: { one: FairCase }) {
  const { units } = usePreferences();
  const numbers = [
    one.distance_m !== null && text(distance(one.distance_m, units, one.sport)),
    clock(one.duration_s),
    one.elevation_gain_m !== null && text(elevation(one.elevation_gain_m, units)),
    one.volume_kg > 0 && text(volume(one.volume_kg, units)),
    one.energy_kcal !== null && `${decimal(one.energy_kcal)} kcal`,
    one.heart_rate_avg_bpm !== null && `${decimal(one.heart_rate_avg_bpm)} bpm`,
  ].filter((number) => number !== false);
  return (
    <div className={styles.facts}>
      <Link to="/workouts/$id" params={{ id: one.workout_id }} className={styles.name}>
        <Icon name={one.sport} size={24} />
        {one.title || t(`sport.${one.sport}`)}
      </Link>
      <p className={styles.when}>
        {`${day(one.started_at)}, ${timeOfDay(one.started_at)} · ${t(`tier.${one.tier}`)}`}
      </p>
      <p className="num">{numbers.join(' · ')}</p>
      <Findings findings={one.findings} />
    </div>
  );
}
