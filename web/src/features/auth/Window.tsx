import { useQuery } from '@tanstack/react-query';
import { glimpseQuery } from '../../api/glimpse';
import { usePreferences } from '../../api/session';
import { Card } from '../../ui/Card';
import { BoardRows } from '../../ui/MiniBoard';
import { SessionHero } from '../../ui/SessionCard';
import { Art } from './Art';
import styles from './Auth.module.css';

/** What goes on inside a demo hub right now; the drawing until it is known. */
export function Window() {
  const { units } = usePreferences();
  const seen = useQuery(glimpseQuery()).data;
  const session = seen?.sessions.find(({ state }) => state === 'running') ?? seen?.sessions[0];
  if (seen === undefined || (session === undefined && seen.challenge === null)) return <Art />;
  return (
    <div className={styles.window}>
      {session && <SessionHero session={session} way={false} />}
      {seen.challenge && (
        <Card>
          <h2 className={styles.board}>{seen.challenge.title}</h2>
          <BoardRows standings={seen.top} measure={seen.challenge} units={units} />
        </Card>
      )}
    </div>
  );
}
