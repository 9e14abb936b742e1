import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { challengeQueries, deleteChallenge, joinChallenge, leaveChallenge } from '../../api/challenges';
import type { Challenge, Standing } from '../../api/gen';
import { useMe, usePreferences } from '../../api/session';
import { useAnnouncement } from '../../live/announce';
import { useChannelState } from '../../live/hooks';
import { t } from '../../locales/t';
import { Button, ButtonLink } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { toast } from '../../ui/toast';
import { Board } from './Board';
import styles from './BoardPage.module.css';
import { Hero } from './Hero';
import { COUNT_KEY, merged } from './standings';

/** What is not in the live top is read again this often at most. */
const READ_AGAIN_MS = 5_000;

export function BoardPage({ id }: { id: string }) {
  const query = useQuery(challengeQueries.one(id));
  return (
    <Loaded query={query} rows={3}>
      {(challenge) => <Shown challenge={challenge} />}
    </Loaded>
  );
}

/** A challenge and its board, which moves while you watch. */
function Shown({ challenge }: { challenge: Challenge }) {
  const me = useMe();
  const { units } = usePreferences();
  const { standings, participants } = useStandings(challenge, me.id);
  const mine = standings.find(({ member }) => member.id === me.id) ?? challenge.mine ?? null;
  const said = useAnnouncement(
    mine && challenge.state === 'active' ? t('standing.said', { rank: mine.rank, count: participants }) : '',
  );
  return (
    <Page title={challenge.title} back wide>
      <div className={styles.page}>
        <div className={styles.side}>
          <Hero
            challenge={challenge}
            standings={standings}
            mine={mine}
            participants={participants}
            units={units}
          />
          {challenge.description && <p className={styles.about}>{challenge.description}</p>}
          <Membership challenge={challenge} />
          <Manage challenge={challenge} />
        </div>
        <Board
          challenge={challenge}
          standings={standings}
          participants={participants}
          units={units}
          me={me}
        />
      </div>
      <p className="sr" aria-live="polite">
        {said}
      </p>
    </Page>
  );
}

/** The live top, and below it what was read: read again, not too often, when the board moves. */
function useStandings(
  { id, participants: counted }: Challenge,
  me: string,
): { standings: readonly Standing[]; participants: number } {
  const read = useQuery(challengeQueries.standings(id)).data;
  const board = useChannelState<unknown>(`board:${id}`);
  const client = useQueryClient();
  const standings = useMemo(
    () => merged(board.ready ? board.rows : null, [read?.top ?? [], read?.around_me ?? []]),
    [board, read],
  );
  const isBelow = board.ready && !board.rows.has(me);
  useEffect(() => {
    if (!isBelow || board.rows.size === 0) return;
    const key = challengeQueries.standings(id).queryKey;
    const age = Date.now() - (client.getQueryState(key)?.dataUpdatedAt ?? 0);
    const timer = setTimeout(
      () => void client.invalidateQueries({ queryKey: key }),
      Math.max(0, READ_AGAIN_MS - age),
    );
    return () => clearTimeout(timer);
  }, [board, isBelow, client, id]);
  const count = board.rows.get(COUNT_KEY) as { participants?: number } | undefined;
  return { standings, participants: count?.participants ?? read?.participants ?? counted };
}

const bad = (error: unknown) => toast(explain(error), { bad: true });

function Membership({ challenge }: { challenge: Challenge }) {
  const { id, state } = challenge;
  const join = useMutation({
    mutationFn: () => joinChallenge(id),
    onSuccess: () => toast(t('challenge.joined')),
    onError: bad,
  });
  if (state === 'ended') return null;
  if (!challenge.mine) {
    return (
      <Button look="volt" size="large" wide busy={join.isPending} onClick={() => join.mutate()}>
        {t('challenge.join.long')}
      </Button>
    );
  }
  return (
    <ButtonLink to="/log" look="primary" size="large" wide>
      <Icon name="plus" />
      {t('challenge.log')}
    </ButtonLink>
  );
}

/** Leave it; delete it, if it is mine or my office. */
function Manage({ challenge }: { challenge: Challenge }) {
  const me = useMe();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'leave' | 'delete' | null>(null);
  const isMine = challenge.creator?.id === me.id || ['moderator', 'admin', 'owner'].includes(me.role);
  const done = useMutation({
    mutationFn: async () => {
      if (asking === 'delete') await deleteChallenge(challenge.id);
      else await leaveChallenge(challenge.id);
      return asking;
    },
    onSuccess: (did) => {
      setAsking(null);
      if (did === 'delete') void navigate({ to: '/challenges' });
    },
    onError: bad,
  });
  return (
    <div className={styles.manage}>
      {challenge.mine && challenge.state !== 'ended' && (
        <Button look="ghost" onClick={() => setAsking('leave')}>
          {t('challenge.leave')}
        </Button>
      )}
      {isMine && (
        <Button look="ghost" onClick={() => setAsking('delete')}>
          <Icon name="trash" size={20} />
          {t('challenge.delete')}
        </Button>
      )}
      {asking && (
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
