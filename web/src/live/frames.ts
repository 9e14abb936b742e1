/** Frames as text: a message carries one or more of them, a line each. */
import type { AnyClientFrame, AnyServerFrame } from '../api/gen/types.gen';

export type { AnyClientFrame, AnyEvent, AnyServerFrame } from '../api/gen/types.gen';

/** How a channel delivers; fixed by its kind. */
export type Delivery = 'log' | 'state' | 'tick' | 'signal';

/** `(epoch, seq)`: where a reader is in a channel. Valid on every node. */
export type Position = [number, number];

/** A packed row: in a tick the participant's number, then the columns of a sample. */
export type Row = (number | null)[];

export const SUBPROTOCOL = 'pulse.v1.json';

/** The frames of one message. Throws on text that is not JSON: the caller closes such a socket. */
export function decode(message: string): AnyServerFrame[] {
  const frames: AnyServerFrame[] = [];
  for (const line of message.split('\n')) {
    if (line !== '') frames.push(JSON.parse(line) as AnyServerFrame);
  }
  return frames;
}

/** Frames as few messages as the node accepts, in order. */
export function encode(frames: readonly AnyClientFrame[], perMessage = 32): string[] {
  const messages: string[] = [];
  for (let at = 0; at < frames.length; at += perMessage) {
    const lines = frames.slice(at, at + perMessage).map((frame) => JSON.stringify(frame));
    messages.push(lines.join('\n'));
  }
  return messages;
}
