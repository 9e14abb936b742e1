import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { joinChallenge } from '../../api/challenges';
import type { Challenge } from '../../api/gen';
import { t } from '../../locales/t';
import { Button, ButtonLink } from '../../ui/Button';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { toast } from '../../ui/toast';
import styles from './BoardPage.module.css';
import { Participation } from './Participation';

/** Join, and what then counts; log, and how I take part. */
export function Membership({ challenge }: { challenge: Challenge }) {
  const { id, state } = challenge;
  const [open, setOpen] = useState(false);
  const join = useMutation({
    mutationFn: () => joinChallenge(id),
    onSuccess: () => toast(t(state === 'upcoming' ? 'challenge.joined.early' : 'challenge.joined')),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  if (!challenge.me) {
    if (state === 'ended') return null;
    return (
      <div className={styles.join}>
        <Button look="volt" size="large" wide busy={join.isPending} onClick={() => join.mutate()}>
          {t('challenge.join.long')}
        </Button>
        <p className={styles.note}>{t(`join.counts.${state}`)}</p>
      </div>
    );
  }
  return (
    <div className={styles.join}>
      {(state === 'active' || state === 'provisional') && (
        <ButtonLink to="/log" look="primary" size="large" wide>
          <Icon name="plus" />
          {t('challenge.log')}
        </ButtonLink>
      )}
      <Button look="outline" wide onClick={() => setOpen(true)}>
        <Icon name="settings" size={20} />
        {t('part.title')}
      </Button>
      {open && <Participation challenge={challenge} onClose={() => setOpen(false)} />}
    </div>
  );
}
