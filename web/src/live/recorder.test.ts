import { expect, test } from 'vitest';
import { Recorder } from './recorder';

function record(recorder: Recorder, count: number): void {
  for (let n = 0; n < count; n++) recorder.add([n * 1000, 140]);
}

test('samples are numbered from one without a hole', () => {
  const recorder = new Recorder('s', 0);
  record(recorder, 3);
  expect(recorder.due(0)).toEqual([
    {
      type: 'ingest',
      stream: 's',
      first_seq: 1,
      samples: [
        [0, 140],
        [1000, 140],
        [2000, 140],
      ],
    },
  ]);
});

test('what was sent is not sent again, until it took too long', () => {
  const recorder = new Recorder('s', 0);
  record(recorder, 2);
  expect(recorder.due(0)).toHaveLength(1);
  expect(recorder.due(1_000)).toHaveLength(0);
  expect(recorder.due(6_000)).toMatchObject([{ first_seq: 1 }]);
});

test('a new socket starts again from what is not acknowledged', () => {
  const recorder = new Recorder('s', 0);
  record(recorder, 10);
  recorder.due(0);
  recorder.acknowledged(4, 100);
  recorder.rewind();
  expect(recorder.due(200)).toMatchObject([{ first_seq: 5, samples: { length: 6 } }]);
});

test('a long backlog leaves in frames of fifty', () => {
  const recorder = new Recorder('s', 0);
  record(recorder, 120);
  const sizes = [0, 1, 2, 3].map((now) => recorder.due(now)[0]).map((frame) => frame?.type);
  expect(sizes).toEqual(['ingest', 'ingest', 'ingest', undefined]);
});

test('numbers go on where the last page of this device stopped', () => {
  const saved = [5, 6, 7].map((seq) => ({ seq, sample: [seq, 100] }));
  const recorder = new Recorder('s', 5, saved);
  expect(recorder.pending).toBe(2);
  expect(recorder.add([8, 100]).seq).toBe(8);
});

test('numbers that another device gave are not given twice', () => {
  const recorder = new Recorder('s', 0);
  record(recorder, 1);
  recorder.acknowledged(40, 0);
  expect(recorder.add([1, 1]).seq).toBe(41);
  expect(recorder.pending).toBe(1);
});
