import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { boardQueries } from '../../api/boards';
import type { Challenge, Units } from '../../api/gen';
import { timeOfDay } from '../../format/dates';
import { useConnection } from '../../live/hooks';
import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { EmptyState, Skeleton } from '../../ui/States';
import { Tabs } from '../../ui/Tabs';
import styles from './Board.module.css';
import { EmptyBoard } from './EmptyBoard';
import { LongBoard } from './LongBoard';
import { type BoardLook, Standings } from './Standings';
import { Teams } from './Teams';
import { type LiveBoard, useReadAgain } from './useBoard';

type View = 'top' | 'around' | 'friends' | 'sides';

/** The board: the top, around me, among those I follow, and of teams or clubs where they compete. */
export function Board({ challenge, board, units }: { challenge: Challenge; board: LiveBoard; units: Units }) {
  const sided = challenge.sides !== 'individuals';
  const [view, setView] = useState<View>(sided ? 'sides' : 'top');
  const look: BoardLook = {
    measure: challenge,
    units,
    myKey: board.myKey,
    mine: board.mine,
    best: board.top[0]?.score ?? 0,
  };
  const tabs: { key: View; label: string }[] = [
    ...(sided ? [{ key: 'sides' as const, label: t(`board.${challenge.sides as 'teams'}`) }] : []),
    { key: 'top', label: t('board.top') },
    { key: 'around', label: t('board.around') },
    { key: 'friends', label: t('board.friends') },
  ];
  return (
    <section className={styles.board} aria-label={t('board.title')}>
      <Tabs label={t('board.segment')} chosen={view} onChoose={setView} tabs={tabs}>
        <Freshness isOver={challenge.state === 'ended'} />
        {view === 'sides' && <Teams challenge={challenge} units={units} moved={board.moved} />}
        {view === 'top' && <Top challenge={challenge} board={board} look={look} />}
        {view === 'around' && <Around board={board} look={look} />}
        {view === 'friends' && <Friends challenge={challenge} board={board} look={look} />}
      </Tabs>
    </section>
  );
}

function Top({ challenge, board, look }: { challenge: Challenge; board: LiveBoard; look: BoardLook }) {
  const { top, mine, participants } = board;
  if (top.length === 0) return <EmptyBoard state={challenge.state} />;
  const isBelow = mine !== null && !top.some(({ member }) => member.id === mine.member.id);
  return (
    <>
      <LongBoard id={challenge.id} top={top} participants={participants} look={look} moved={board.moved} />
      {isBelow && (
        <div className={styles.pinned}>
          <Standings standings={[mine]} look={look} />
        </div>
      )}
    </>
  );
}

function Around({ board, look }: { board: LiveBoard; look: BoardLook }) {
  if (board.around.length === 0) return <EmptyState icon="trophy" title={t('board.empty.around')} />;
  return <Standings standings={board.around} look={look} />;
}

function Friends({ challenge, board, look }: { challenge: Challenge; board: LiveBoard; look: BoardLook }) {
  const options = boardQueries.friends(challenge.id);
  const { data } = useQuery(options);
  useReadAgain(board.moved, options.queryKey);
  if (data === undefined) return <Skeleton rows={3} height={3.75} />;
  if (data.rows.every(({ member }) => member.id === board.myKey)) {
    return (
      <EmptyState
        icon="people"
        title={t('board.empty.friends')}
        action={<ButtonLink to="/members">{t('board.find')}</ButtonLink>}
      />
    );
  }
  const mine = data.rows.find(({ member }) => member.id === board.myKey) ?? null;
  return <Standings standings={data.rows} look={{ ...look, mine, best: data.rows[0]?.score ?? 0 }} />;
}

/** Says so when the board does not move because nothing arrives. */
function Freshness({ isOver }: { isOver: boolean }) {
  const { state, onlineAt } = useConnection();
  if (isOver || state === 'online' || state === 'idle' || onlineAt === null) return null;
  return (
    <p className={styles.stale} role="status">
      {t('board.stale', { time: timeOfDay(onlineAt) })}
    </p>
  );
}
