import { expect, test } from 'vitest';
import type { News } from './news';
import { Recordings } from './recordings';
import { indexedSamples } from './samples-db';

const ME = 'me';
const STREAM = 'stream-of-mine';

function recordings() {
  const told: News[] = [];
  const store = indexedSamples();
  return {
    mine: new Recordings(store, (news) => told.push(news)),
    told,
    /** Storage does things in order: once it answers, what was asked before has happened. */
    settled: () => store.load(ME),
  };
}

test('what was not acknowledged survives the page, and is numbered on', async () => {
  const { mine: before, settled } = recordings();
  await before.belongTo(ME);
  before.begin(STREAM, 0);
  for (let n = 1; n <= 5; n++) before.record(STREAM, [n, 140]);
  before.save();
  before.acknowledged(STREAM, 2, 0);
  await settled();

  const { mine: after, told } = recordings();
  await after.belongTo(ME);
  after.begin(STREAM, 2);
  after.record(STREAM, [6, 141]);
  expect(after.due(0)).toMatchObject([{ stream: STREAM, first_seq: 3, samples: { length: 4 } }]);
  expect(told.at(-1)).toMatchObject({ news: 'recording', stream: STREAM });
});

test('samples that come before storage has answered get the right numbers', async () => {
  const { mine: first, settled } = recordings();
  await first.belongTo('early');
  first.record(STREAM, [1]);
  first.save();
  await settled();

  const { mine: second } = recordings();
  const loading = second.belongTo('early');
  second.begin(STREAM, 0);
  second.record(STREAM, [2]);
  await loading;
  expect(second.due(0)).toMatchObject([{ first_seq: 1, samples: [[1], [2]] }]);
});

test("nobody sends another member's samples", async () => {
  const { mine: first, settled } = recordings();
  await first.belongTo('ada');
  first.record(STREAM, [1]);
  first.save();
  await settled();

  const { mine } = recordings();
  await mine.belongTo('ben');
  expect(mine.due(0)).toEqual([]);
});

test('a stream that the hub takes no more is given up; with several, only that one', async () => {
  const { mine, told } = recordings();
  await mine.belongTo('cleo');
  mine.record('over', [1]);
  mine.record('running', [1]);
  expect(mine.due(0)).toHaveLength(2);
  mine.refused('session_over', 100);
  mine.refused('session_over', 200);
  expect(mine.due(300)).toEqual([]);
  expect(mine.due(4_000)).toMatchObject([{ stream: 'over' }]);
  mine.refused('session_over', 4_100);
  expect(told).toContainEqual({ news: 'recording', stream: 'over', pending: 0, upto: 0 });
  expect(mine.due(8_000)).toMatchObject([{ stream: 'running', first_seq: 1 }]);
});

test('what is still measured for a stream that is over is not recorded, until it is opened anew', async () => {
  const { mine } = recordings();
  await mine.belongTo('emil');
  mine.begin('over', 0);
  mine.record('over', [1]);
  expect(mine.due(0)).toHaveLength(1);
  mine.refused('session_over', 100);
  for (let now = 1_000; now <= 60_000; now += 1_000) {
    mine.record('over', [now]);
    expect(mine.due(now)).toEqual([]);
  }
  mine.begin('over', 0);
  mine.record('over', [2]);
  expect(mine.due(61_000)).toMatchObject([{ stream: 'over', samples: [[2]] }]);
});

test('a refusal that passes gives nothing up', async () => {
  const { mine } = recordings();
  await mine.belongTo('dora');
  mine.record(STREAM, [1]);
  mine.due(0);
  mine.refused('overloaded', 10);
  expect(mine.due(6_000)).toMatchObject([{ first_seq: 1 }]);
});
