import { expect, it } from 'vitest';
import { en, PARTS } from './en';

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
