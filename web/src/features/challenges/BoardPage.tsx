import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { challengeQueries } from '../../api/challenges';
import type { Challenge } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { useAnnouncement } from '../../live/announce';
import { t } from '../../locales/t';
import { Card } from '../../ui/Card';
import { Page } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { toast } from '../../ui/toast';
import { Board } from './Board';
import styles from './BoardPage.module.css';
import { Hero } from './Hero';
import { Manage } from './Manage';
import { Membership } from './Membership';
import { Rules } from './Rules';
import { ScoreSheet } from './ScoreSheet';
import { Settled } from './Settled';
import { type LiveBoard, useBoard, useReadAgain } from './useBoard';
import { gapText } from './words';

const Wall = lazy(() => import('./Wall').then((m) => ({ default: m.Wall })));

/** Older news than this is history. */
const PASSED_LATELY_MS = 60_000;

export function BoardPage({ id, wall }: { id: string; wall: boolean }) {
  const query = useQuery(challengeQueries.one(id));
  return (
    <Loaded query={query} rows={3}>
      {(challenge) => <Shown challenge={challenge} wall={wall} />}
    </Loaded>
  );
}

/** A challenge and its board, which moves while you watch. */
function Shown({ challenge, wall }: { challenge: Challenge; wall: boolean }) {
  const { units } = usePreferences();
  const board = useBoard(challenge);
  const [isAsking, setAsking] = useState(false);
  const isOver = challenge.state === 'ended';
  useTurns(challenge);
  useReadAgain(board.moved, ['challenge', challenge.id, 'score'], 1_000);
  const sums = challenge.kind === 'group_goal' || challenge.kind === 'last_standing';
  useReadAgain(board.moved, sums ? challengeQueries.one(challenge.id).queryKey : null);
  usePassed(challenge, board);
  const said = useAnnouncement(
    board.mine && challenge.state === 'active'
      ? t('standing.said', { rank: board.mine.rank, count: board.participants })
      : '',
  );
  if (wall) {
    return (
      <Suspense fallback={null}>
        <Wall challenge={challenge} board={board} units={units} />
      </Suspense>
    );
  }
  return (
    <Page title={challenge.title} back wide>
      <div className={styles.page}>
        <div className={styles.side}>
          {isOver && <Settled challenge={challenge} units={units} />}
          <Hero challenge={challenge} board={board} units={units} onWhy={() => setAsking(true)} />
          <Membership challenge={challenge} />
        </div>
        <div className={styles.board}>
          <Board challenge={challenge} board={board} units={units} />
        </div>
        <div className={styles.rest}>
          {challenge.description && <p className={styles.about}>{challenge.description}</p>}
          <RulesCard challenge={challenge} />
          <Manage challenge={challenge} />
        </div>
      </div>
      {isAsking && <ScoreSheet challenge={challenge} units={units} onClose={() => setAsking(false)} />}
      <p className="sr" aria-live="polite">
        {said}
      </p>
    </Page>
  );
}

function RulesCard({ challenge }: { challenge: Challenge }) {
  const { units } = usePreferences();
  return (
    <Card>
      <details className={styles.rules} open={!challenge.me}>
        <summary>{t('rules.title')}</summary>
        <Rules rules={challenge.rules} measure={challenge} units={units} />
      </details>
    </Card>
  );
}

/** A challenge begins, closes and is settled by the hub's clock: it is read again then, until that has happened. */
function useTurns({ id, state, starts_at, ends_at, settle_at }: Challenge): void {
  const client = useQueryClient();
  useEffect(() => {
    const next = { upcoming: starts_at, active: ends_at, provisional: settle_at, ended: null }[state];
    if (next === null) return;
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      const left = Date.parse(next) - Date.now();
      // Further away than a timer can count, the page will have been opened anew.
      timer = setTimeout(
        () => {
          if (Date.parse(next) <= Date.now()) void client.invalidateQueries({ queryKey: ['challenge', id] });
          wait();
        },
        Math.min(3_600_000, Math.max(3_000, left + 500)),
      );
    };
    wait();
    return () => clearTimeout(timer);
  }, [client, id, state, starts_at, ends_at, settle_at]);
}

/** "Cleo passed you, 1.2 km ahead": once each time it happens. */
function usePassed(challenge: Challenge, { passed }: LiveBoard): void {
  const { units } = usePreferences();
  const told = useRef<number | null>(null);
  useEffect(() => {
    if (passed === null || passed.at === told.current) return;
    told.current = passed.at;
    if (Date.now() - passed.at > PASSED_LATELY_MS) return;
    toast(t('passed.by', { name: passed.member.name, gap: gapText(passed.ahead, challenge, units) }));
  }, [passed, challenge, units]);
}
