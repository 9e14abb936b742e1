import { expect, it } from 'vitest';
import { de } from './de';
import { en, PARTS } from './en';
import { applyLanguage, loadWords, type Message, t } from './t';

/** Which folders of `features/` load a part's words; see `app/router.tsx`. */
const SPEAKERS: Record<keyof typeof PARTS, readonly string[]> = {
  auth: ['auth', 'settings'],
  settings: ['settings'],
  live: ['live'],
  challenges: ['challenges'],
};

const sources = import.meta.glob<string>(
  ['../**/*.ts', '../**/*.tsx', '!../**/*.test.*', '!./**', '!../api/gen/**'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);

it.each(Object.keys(PARTS) as (keyof typeof PARTS)[])(
  'words of %s are spoken only where they are loaded',
  async (part) => {
    const words = await PARTS[part]();
    const elsewhere = Object.entries(sources).filter(
      ([path]) => !SPEAKERS[part].some((feature) => path.includes(`/features/${feature}/`)),
    );
    const wrong = Object.keys(words).flatMap((key) =>
      elsewhere.filter(([, text]) => text.includes(`'${key}'`)).map(([path]) => `${key} in ${path}`),
    );
    expect(wrong).toEqual([]);
  },
);

it('gives no word two meanings', async () => {
  const all = await Promise.all(Object.values(PARTS).map((load) => load()));
  const keys = [en, ...all].flatMap((part) => Object.keys(part));
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

const holes = (message: Message): string[] => {
  const texts = typeof message === 'string' ? [message] : Object.values(message);
  return [...new Set(texts.flatMap((text) => text?.match(/\{\w+\}/gu) ?? []))].sort();
};

it('fills the same gaps in every language', async () => {
  const all: Record<string, Message> = Object.assign(
    {},
    en,
    ...(await Promise.all(Object.values(PARTS).map((load) => load()))),
  );
  const different = Object.entries(de).filter(
    ([key, message]) => !all[key] || holes(message).join() !== holes(all[key]).join(),
  );
  expect(different.map(([key]) => key)).toEqual([]);
});

it('speaks as it is told, counts as the language does, and falls back to English', async () => {
  await loadWords('live');
  expect(t('feed.new', { count: 1 })).toBe('1 new post');
  await applyLanguage('de');
  expect(t('feed.new', { count: 2 })).toBe('2 neue Beiträge');
  expect(t('measure.sets', { count: 1_200 })).toBe('1.200 Sätze');
  await applyLanguage('xx');
  expect(t('feed.new', { count: 2 })).toBe('2 new posts');
});
