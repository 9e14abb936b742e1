import { expect, test } from 'vitest';
import { type Line, withHeard, withLine, withState } from './lines';

const said = (mid: string, text: string) => ({
  seq: 1,
  event: { type: 'ChatSaid', session_id: 's', number: 2, name: 'Bo', text, mid, at: '2026-11-23T16:00:00Z' },
});
const mine: Line = { mid: 'm1', number: 2, name: 'Bo', text: 'hi', state: 'saying' };

test('a line of mine that comes back is not a second one', () => {
  const lines = withHeard(withLine([], mine), said('m1', 'hi'));
  expect(lines).toEqual([{ ...mine, state: 'said' }]);
});

test('lines stand in the order in which they were heard', () => {
  const lines = [said('a', '1'), said('b', '2'), said('a', '1')].reduce<readonly Line[]>(withHeard, []);
  expect(lines.map(({ text }) => text)).toEqual(['1', '2']);
});

test('a line that everybody sees has not failed, whatever its answer says', () => {
  const lines = withHeard(withLine([], mine), said('m1', 'hi'));
  expect(withState(lines, 'm1', 'failed')[0]?.state).toBe('said');
  expect(withState(withLine([], mine), 'm1', 'failed')[0]?.state).toBe('failed');
});

test('what is not chat is no line', () => {
  const joined = { seq: 1, event: { type: 'ParticipantLeft', session_id: 's', number: 1 } };
  expect(withHeard([], joined)).toEqual([]);
});
