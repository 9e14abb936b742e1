import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { decide, fairQueries } from '../../api/fair-play';
import type { CaseState, Decision, FairCase } from '../../api/gen';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { explain } from '../../ui/explain';
import { TextArea } from '../../ui/Field';
import { LoadMore } from '../../ui/LoadMore';
import { Page } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import { Tabs } from '../../ui/Tabs';
import { toast } from '../../ui/toast';
import { CaseFacts } from './CaseFacts';
import styles from './FairPlay.module.css';

const STATES: readonly CaseState[] = ['appealed', 'open', 'reinstated', 'upheld'];

/** For moderators: what was appealed, and what a decision needs. */
export function QueuePage() {
  const [state, setState] = useState<CaseState>('appealed');
  const query = useInfiniteQuery(fairQueries.queue(state));
  return (
    <Page title={t('queue.title')} lead={t('queue.lead')} back>
      <Tabs
        label={t('queue.title')}
        chosen={state}
        onChoose={setState}
        tabs={STATES.map((key) => ({ key, label: t(`queue.${key as 'open'}`) }))}
      >
        <Loaded query={query} rows={2} height={8}>
          {({ pages }) => {
            const cases = pages.flatMap((page) => page.items);
            if (cases.length === 0) return <EmptyState icon="check" title={t('queue.none')} />;
            return (
              <>
                <ul className={styles.cases}>
                  {cases.map((one) => (
                    <li key={one.workout_id}>
                      <Card>
                        <Case one={one} />
                      </Card>
                    </li>
                  ))}
                </ul>
                <LoadMore {...query} />
              </>
            );
          }}
        </Loaded>
      </Tabs>
    </Page>
  );
}

function Case({ one }: { one: FairCase }) {
  const isDecided = one.state === 'reinstated' || one.state === 'upheld';
  return (
    <article className={styles.case} aria-label={one.member.name}>
      <h2>{one.member.name}</h2>
      <CaseFacts one={one} />
      {one.appeal && (
        <blockquote className={styles.appeal}>
          <p>{one.appeal}</p>
        </blockquote>
      )}
      {isDecided ? <p>{t('case.note', { note: one.note })}</p> : <Decide workout={one.workout_id} />}
    </article>
  );
}

function Decide({ workout }: { workout: string }) {
  const [note, setNote] = useState('');
  const [isBlank, setBlank] = useState(false);
  const send = useMutation({
    mutationFn: (decision: Decision) => decide(workout, { decision, note: note.trim() }),
    onSuccess: () => toast(t('queue.decided')),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  const choose = (decision: Decision) => {
    setBlank(note.trim() === '');
    if (note.trim() !== '') send.mutate(decision);
  };
  return (
    <form className={styles.decide} onSubmit={(event: FormEvent) => event.preventDefault()}>
      <TextArea
        label={t('queue.note')}
        hint={t('queue.note.hint')}
        value={note}
        maxLength={1000}
        rows={2}
        error={isBlank ? t('queue.note.wrong') : undefined}
        onChange={(event) => setNote(event.target.value)}
      />
      <div className={styles.choices}>
        <Button look="primary" busy={send.isPending} onClick={() => choose('reinstate')}>
          {t('queue.reinstate')}
        </Button>
        <Button look="outline" busy={send.isPending} onClick={() => choose('uphold')}>
          {t('queue.uphold')}
        </Button>
      </div>
    </form>
  );
}
