/** A programme while it is being edited: lengths as they are typed. Pure. */
import type { Block, BlockKind, Programme } from '../../api/gen';
import { clock, parseDuration } from '../../format/duration';

const SHORTEST_S = 5;
const LONGEST_S = 14_400;

export interface BlockDraft {
  readonly key: number;
  readonly kind: BlockKind;
  /** As typed; empty in the last block means: until the host finishes. */
  readonly length: string;
  readonly label: string;
}

export interface PartDraft {
  readonly key: number;
  readonly repeat: number;
  readonly blocks: readonly BlockDraft[];
}

let keys = 0;
const nextKey = () => ++keys;

export function newBlock(kind: BlockKind, seconds: number | null, label = ''): BlockDraft {
  return { key: nextKey(), kind, length: seconds === null ? '' : clock(seconds), label };
}

export function newPart(): PartDraft {
  return { key: nextKey(), repeat: 1, blocks: [newBlock('work', 60), newBlock('rest', 30)] };
}

export function edit(programme: Programme): readonly PartDraft[] {
  return programme.parts.map(({ blocks, repeat = 1 }) => ({
    key: nextKey(),
    repeat,
    blocks: blocks.map(({ kind, duration_s, label = '' }) => newBlock(kind, duration_s, label)),
  }));
}

/** Seconds of a typed length; null where it is open; undefined where it makes no sense. */
export function secondsOf(block: BlockDraft): number | null | undefined {
  if (block.length.trim() === '') return block.kind === 'free' ? null : undefined;
  const seconds = parseDuration(block.length);
  return seconds === null || seconds < SHORTEST_S || seconds > LONGEST_S ? undefined : seconds;
}

/** The programme, or null while something in it is wrong. An open block can only be the very last. */
export function programmeFrom(parts: readonly PartDraft[]): Programme | null {
  const done: Programme['parts'] = [];
  for (const { blocks, repeat } of parts) {
    const those: Block[] = [];
    for (const draft of blocks) {
      const duration_s = secondsOf(draft);
      if (duration_s === undefined) return null;
      those.push({ kind: draft.kind, duration_s, label: draft.label.trim() });
    }
    if (those.length === 0) return null;
    done.push({ blocks: those, repeat });
  }
  const all = done.flatMap(({ blocks, repeat = 1 }) => blocks.map((block) => ({ block, repeat })));
  const isOpenEarly = all.some(
    ({ block, repeat }, index) => block.duration_s === null && (index < all.length - 1 || repeat > 1),
  );
  return done.length === 0 || isOpenEarly ? null : { parts: done };
}
