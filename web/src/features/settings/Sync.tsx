import type { WorkoutDraft } from '../../api/gen';
import { useMe } from '../../api/session';
import { t } from '../../locales/t';
import { discard, sendNow } from '../../offline/drain';
import type { Entry } from '../../offline/outbox';
import { useOutbox } from '../../offline/useOutbox';
import { Button, ButtonLink } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { refusalText } from '../../ui/refusal';
import { EmptyState } from '../../ui/States';
import { workoutTitle } from '../../ui/workoutStats';
import { exportEntries } from './exportEntries';
import styles from './Settings.module.css';

/** What only this device has: what it is, why it waits, and what can be done. */
export function Sync() {
  const me = useMe();
  const mine = useOutbox().filter((entry) => entry.member_id === me.id);
  if (mine.length === 0) {
    return (
      <EmptyState icon="check" title={t('sync.none.title')}>
        {t('sync.none')}
      </EmptyState>
    );
  }
  return (
    <>
      <Card flush>
        <ul>
          {mine.map((entry) => (
            <Row key={entry.id} entry={entry} />
          ))}
        </ul>
      </Card>
      <div className={styles.buttons}>
        <Button look="primary" onClick={() => void sendNow()}>
          {t('sync.now')}
        </Button>
        <Button onClick={() => exportEntries(mine)}>{t('sync.export')}</Button>
      </div>
    </>
  );
}

function Row({ entry }: { entry: Entry }) {
  const draft = entry.body as WorkoutDraft | null;
  return (
    <li className={styles.row}>
      <div>
        <b>
          {t(`sync.${entry.verb}`)}
          {draft && `: ${workoutTitle({ title: draft.title ?? '', sport: draft.sport })}`}
        </b>
        {entry.state === 'parked' ? (
          <small className={styles.refusal}>{t('workout.parked.text', { why: refusalText(entry) })}</small>
        ) : (
          <small>{t('sync.waiting', { count: entry.tries })}</small>
        )}
      </div>
      {entry.state === 'parked' && entry.verb !== 'delete' && (
        <ButtonLink to="/workouts/$id/edit" params={{ id: entry.subject }}>
          {t('workout.parked.fix')}
        </ButtonLink>
      )}
      <Button look="danger" onClick={() => void discard(entry.id)}>
        {t('sync.discard')}
      </Button>
    </li>
  );
}
