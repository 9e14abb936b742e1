import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { boardQueries } from '../../api/boards';
import type { EmbeddedBoard } from '../../api/gen';
import { hasCode } from '../../api/problems';
import { t } from '../../locales/t';
import { Loaded } from '../../ui/Query';
import styles from './EmbedPage.module.css';
import { scoreText, shownInRow } from './words';

/** On another website nobody waits for the next second. */
const READ_AGAIN_MS = 15_000;

/** A board on another website: by a signed link, to be read only, by everybody. */
export function EmbedPage({ token }: { token: string }) {
  const query = useQuery({ ...boardQueries.embedded(token), refetchInterval: READ_AGAIN_MS });
  // Revoked while it is looked at, what was read before is shown no longer.
  if (hasCode(query.error, 'embed_not_found')) {
    return (
      <main className={styles.page}>
        <h1>{t('embed.gone')}</h1>
      </main>
    );
  }
  return (
    <main className={styles.page}>
      <Loaded query={query} rows={4} height={3}>
        {(board) => <Shown board={board} />}
      </Loaded>
    </main>
  );
}

function Shown({ board }: { board: EmbeddedBoard }) {
  useEffect(() => {
    document.title = `${board.title} · Pulsehub`;
  }, [board.title]);
  const best = board.top[0]?.score ?? 0;
  return (
    <>
      <h1>{board.title}</h1>
      <p className={styles.sub}>
        {t(`challenges.${board.state}`)} · {t('challenge.in', { count: board.participants })}
        {board.total !== null && ` · ${t('embed.total', { total: scoreText(board.total, board, 'metric') })}`}
      </p>
      <ol className={styles.rows}>
        {board.top.map(({ rank, member, score }) => {
          const { value, unit } = shownInRow(score, board, 'metric', best);
          return (
            <li key={member.id}>
              <span className="num">{rank}</span>
              <b>{member.name || t('board.nameless')}</b>
              <span className="num">
                {value} <small>{unit}</small>
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}
