/** The lines of a chat as one person sees them. Pure. */
import type { AnyEvent } from '../../live/frames';
import type { Heard } from '../../live/hooks';

const MOST = 150;

export interface Line {
  /** What its author's device called it: the one that comes back is the one I see already. */
  readonly mid: string;
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly state: 'said' | 'saying' | 'failed';
}

type Lines = readonly Line[];

export function withHeard(lines: Lines, { event }: Heard): Lines {
  const fact = event as AnyEvent;
  if (fact.type !== 'ChatSaid') return lines;
  const { mid, number, name, text } = fact;
  return withLine(lines, { mid, number, name, text, state: 'said' });
}

/** A line of mine, before anybody else sees it; or one that everybody sees. */
export function withLine(lines: Lines, line: Line): Lines {
  const isKnown = lines.some(({ mid }) => mid === line.mid);
  return isKnown ? lines.map((one) => (one.mid === line.mid ? line : one)) : [...lines, line].slice(-MOST);
}

/** What became of a line of mine. Once everybody sees it, nothing changes that. */
export function withState(lines: Lines, mid: string, state: Line['state']): Lines {
  return lines.map((line) => (line.mid === mid && line.state !== 'said' ? { ...line, state } : line));
}
