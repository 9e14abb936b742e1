import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteChallenge, leaveChallenge } from '../../api/challenges';
import type { Challenge } from '../../api/gen';
import { useMe } from '../../api/session';
import { t } from '../../locales/t';
import { Button, ButtonLink } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { toast } from '../../ui/toast';
import { AuditSheet } from './AuditSheet';
import styles from './BoardPage.module.css';
import { EmbedSheet } from './EmbedSheet';

type Asked = 'leave' | 'delete' | 'audit' | 'embed';

/** What else can be done with it: on a wall, in a table, elsewhere; leave it, delete it. */
export function Manage({ challenge }: { challenge: Challenge }) {
  const { id, state } = challenge;
  const me = useMe();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asked | null>(null);
  const isMaker = challenge.creator?.id === me.id;
  const isJudge = ['moderator', 'admin', 'owner'].includes(me.role);
  const done = useMutation({
    mutationFn: async () => {
      if (asking === 'delete') await deleteChallenge(id);
      else await leaveChallenge(id);
      return asking;
    },
    onSuccess: (did) => {
      setAsking(null);
      if (did === 'delete') void navigate({ to: '/challenges' });
    },
    onError: (error) => toast(explain(error), { bad: true }),
  });
  return (
    <div className={styles.manage}>
      <ButtonLink to="/challenges/$id" params={{ id }} search={{ view: 'wall' }} look="ghost">
        {t('manage.wall')}
      </ButtonLink>
      <a className={styles.csv} href={`/api/challenges/${id}/standings.csv`} download>
        {t('manage.csv')}
      </a>
      <Button look="ghost" onClick={() => setAsking('audit')}>
        {t('manage.audit')}
      </Button>
      {isMaker && (
        <Button look="ghost" onClick={() => setAsking('embed')}>
          {t('manage.embed')}
        </Button>
      )}
      {isJudge && (
        <Link to="/fair-play/queue" className={styles.csv}>
          {t('queue.title')}
        </Link>
      )}
      {challenge.me && state !== 'ended' && (
        <Button look="ghost" onClick={() => setAsking('leave')}>
          {t('challenge.leave')}
        </Button>
      )}
      {(isMaker || isJudge) && (
        <Button look="ghost" onClick={() => setAsking('delete')}>
          <Icon name="trash" size={20} />
          {t('challenge.delete')}
        </Button>
      )}
      {asking === 'audit' && <AuditSheet challenge={challenge} onClose={() => setAsking(null)} />}
      {asking === 'embed' && <EmbedSheet challenge={challenge} onClose={() => setAsking(null)} />}
      {(asking === 'leave' || asking === 'delete') && (
        <Confirm
          title={t(`challenge.${asking}.title`)}
          action={t(`challenge.${asking}`)}
          busy={done.isPending}
          onConfirm={() => done.mutate()}
          onClose={() => setAsking(null)}
        >
          <p>{t(`challenge.${asking}.text`)}</p>
        </Confirm>
      )}
    </div>
  );
}
