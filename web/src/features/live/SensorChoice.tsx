import { useState } from 'react';
import type { Sport } from '../../api/gen';
import { t } from '../../locales/t';
import { canConnect } from '../../sensors/bluetooth';
import type { SensorKind } from '../../sensors/sensor';
import { Button } from '../../ui/Button';
import { Switch } from '../../ui/Field';
import { Icon } from '../../ui/icons';
import { toast } from '../../ui/toast';
import type { Athlete } from './athlete';
import { useAthleteState } from './room';
import styles from './SensorChoice.module.css';

type Device = Exclude<SensorKind, 'simulator'>;

const RIDES: ReadonlySet<Sport> = new Set(['ride', 'indoor_ride']);

/** Where my numbers come from. Only what this browser can do is offered. */
export function SensorChoice({ athlete, sport }: { athlete: Athlete; sport: Sport }) {
  const { simulated } = useAthleteState(athlete);
  const kinds: Device[] = RIDES.has(sport) ? ['heart_rate', 'power', 'trainer'] : ['heart_rate'];
  return (
    <div className={styles.choice}>
      {canConnect() ? (
        kinds.map((kind) => <DeviceRow key={kind} kind={kind} athlete={athlete} />)
      ) : (
        <p className={styles.hint}>{t('sensor.none')}</p>
      )}
      <Switch
        label={t('sensor.simulator')}
        hint={t('sensor.simulator.hint')}
        checked={simulated}
        data-testid="simulator"
        onChange={(event) => athlete.simulate(event.target.checked)}
      />
    </div>
  );
}

function DeviceRow({ kind, athlete }: { kind: Device; athlete: Athlete }) {
  const { sensors, reading } = useAthleteState(athlete);
  const [busy, setBusy] = useState(false);
  const sensor = sensors.find((one) => one.kind === kind);
  const connect = async () => {
    setBusy(true);
    try {
      await athlete.add(kind);
    } catch {
      toast(t('sensor.failed'), { bad: true });
    } finally {
      setBusy(false);
    }
  };
  const value = kind === 'heart_rate' ? reading.heartRateBpm : reading.powerW;
  return (
    <div className={styles.device}>
      <Icon name={kind === 'heart_rate' ? 'heart' : 'indoor_ride'} />
      <div>
        <b>{t(`sensor.${kind}`)}</b>
        {sensor && (
          <p className={styles.hint}>
            {sensor.state === 'lost' ? t('sensor.lost') : `${sensor.name} · ${value ?? '--'}`}
          </p>
        )}
      </div>
      {sensor ? (
        <Button onClick={() => athlete.drop(kind)}>{t('sensor.drop')}</Button>
      ) : (
        <Button look="outline" busy={busy} onClick={() => void connect()}>
          {t('sensor.connect')}
        </Button>
      )}
    </div>
  );
}
