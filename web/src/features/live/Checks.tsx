import { useState, useSyncExternalStore } from 'react';
import type { Sport } from '../../api/gen';
import { decimal } from '../../format/number';
import { live } from '../../live/live';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/icons';
import type { Athlete } from './athlete';
import styles from './Checks.module.css';
import { SensorChoice } from './SensorChoice';

/** Whether it will work: sensors, sound, clock. */
export function Checks({
  athlete,
  sport,
  onSoundTest,
}: {
  athlete: Athlete;
  sport: Sport;
  onSoundTest: () => Promise<boolean>;
}) {
  return (
    <div className={styles.checks}>
      <SensorChoice athlete={athlete} sport={sport} />
      <SoundCheck onSoundTest={onSoundTest} />
      <ClockCheck />
    </div>
  );
}

function SoundCheck({ onSoundTest }: { onSoundTest: () => Promise<boolean> }) {
  const [heard, setHeard] = useState<boolean | null>(null);
  return (
    <div className={styles.check}>
      <Icon name="timer" />
      <div>
        <b>{t('check.sound')}</b>
        <p>{heard === null ? t('check.sound.hint') : heard ? t('check.sound.on') : t('check.sound.off')}</p>
      </div>
      <Button look="outline" onClick={() => void onSoundTest().then(setHeard)}>
        {t('check.sound.play')}
      </Button>
    </div>
  );
}

function ClockCheck() {
  const error = useSyncExternalStore(
    (listener) => live.onChange(listener),
    () => live.clockError,
  );
  const isKnown = Number.isFinite(error);
  return (
    <div className={styles.check}>
      <Icon name={isKnown ? 'check' : 'clock'} />
      <div>
        <b>{t('check.clock')}</b>
        <p>
          {isKnown
            ? t('check.clock.ok', { ms: decimal(Math.max(1, Math.ceil(error))) })
            : t('check.clock.wait')}
        </p>
      </div>
    </div>
  );
}
