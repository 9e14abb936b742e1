import { expect, test } from 'vitest';
import { edit, newBlock, type PartDraft, programmeFrom } from './draft';
import { programmeOf, TEMPLATES } from './templates';

const part = (blocks: PartDraft['blocks'], repeat = 1): PartDraft => ({ key: 0, repeat, blocks });

test('every template survives being edited', () => {
  for (const template of TEMPLATES) {
    const programme = programmeOf(template);
    expect(programmeFrom(edit(programme)), template).toEqual(programme);
  }
});

test('lengths are read as people write them', () => {
  const blocks = ['1:30', '2', '45s'].map((length) => ({ ...newBlock('work', 60), length }));
  expect(programmeFrom([part(blocks)])?.parts[0]?.blocks.map(({ duration_s }) => duration_s)).toEqual([
    90, 120, 45,
  ]);
});

test('a length that makes no sense is no programme', () => {
  for (const length of ['', 'soon', '0:02', '9:00:00']) {
    expect(programmeFrom([part([{ ...newBlock('work', 60), length }])]), length).toBeNull();
  }
});

test('an open block can only be the very last, once', () => {
  const open = newBlock('free', null);
  expect(programmeFrom([part([open])])).not.toBeNull();
  expect(programmeFrom([part([open], 2)])).toBeNull();
  expect(programmeFrom([part([open, newBlock('work', 60)])])).toBeNull();
});
