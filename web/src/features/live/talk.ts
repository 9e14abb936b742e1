/** What is said and cheered in a session. */
import { useCallback, useState } from 'react';
import { uuid7 } from '../../api/uuid7';
import type { AnyEvent } from '../../live/frames';
import { useChannelEvents } from '../../live/hooks';
import { live } from '../../live/live';
import { type Burst, type Counts, isCheer, NO_CHEERS } from './cheers';
import { type Line, withHeard, withLine, withState } from './lines';

const HISTORY = 200;
/** Older ones are history: they are counted, and do not fly. */
const FLIES_FOR_MS = 5_000;

export interface Talk {
  readonly lines: readonly Line[];
  readonly cheers: Counts;
  readonly say: (text: string) => void;
  readonly sayAgain: (line: Line) => void;
}

/** Follows the session's log; `onBurst` hears cheers as they come in. */
export function useTalk(
  session: string,
  me: { number: number; name: string } | null,
  onBurst: (burst: Omit<Burst, 'id'>) => void,
): Talk {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [cheers, setCheers] = useState<Counts>(NO_CHEERS);

  useChannelEvents(
    `session:${session}`,
    {
      events: (heard) => {
        setLines((before) => heard.reduce(withHeard, before));
        for (const { event } of heard) {
          const fact = event as AnyEvent;
          if (fact.type !== 'Cheered' || !isCheer(fact.kind)) continue;
          const { kind, count, name, at } = fact;
          const isMine = fact.number === me?.number;
          setCheers((before) => ({ ...before, [kind]: before[kind] + count }));
          if (!isMine && live.now() - Date.parse(at) < FLIES_FOR_MS) onBurst({ kind, count, name });
        }
      },
    },
    HISTORY,
  );

  const publish = useCallback(
    (line: Line) => {
      live.publish(`session:${session}`, { type: 'chat', text: line.text }, line.mid).then(
        () => setLines((before) => withState(before, line.mid, 'said')),
        () => setLines((before) => withState(before, line.mid, 'failed')),
      );
    },
    [session],
  );
  const number = me?.number ?? 0;
  const name = me?.name ?? '';
  const say = useCallback(
    (text: string) => {
      const line: Line = { mid: uuid7(), number, name, text, state: 'saying' };
      setLines((before) => withLine(before, line));
      publish(line);
    },
    [number, name, publish],
  );
  const sayAgain = useCallback(
    (line: Line) => {
      setLines((before) => withState(before, line.mid, 'saying'));
      publish(line);
    },
    [publish],
  );
  return { lines, cheers, say, sayAgain };
}
