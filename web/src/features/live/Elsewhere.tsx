import type { Sole } from '../../live/sole';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import styles from './Elsewhere.module.css';

/** Another tab of mine is the athlete; this one can take over. */
export function Elsewhere({ sole }: { sole: Sole }) {
  return (
    <div className={styles.elsewhere}>
      <p>{t('room.elsewhere')}</p>
      <Button look="outline" onClick={sole.take}>
        {t('room.here')}
      </Button>
    </div>
  );
}
