/** The catalogue: `t('feed.more', { count: 3 })`. Keys and their parameters are checked by the compiler. */
import { en, PARTS, type Words } from './en';

type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Message = string | Plural;
export type Catalogue = { readonly [K in Key]: Message };
export type Key = keyof Words;

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type NamesOf<M> = M extends string
  ? Names<M>
  : { [K in keyof M]: M[K] extends string ? Names<M[K]> : never }[keyof M];
type Values<K extends Key> =
  | (NamesOf<Words[K]> extends never ? never : { [N in NamesOf<Words[K]>]: string | number })
  | (Words[K] extends string ? never : { count: number });
type Given<K extends Key> = [Values<K>] extends [never] ? [] : [values: UnionToIntersection<Values<K>>];
type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void
  ? I
  : never;

/** English as far as it is loaded; where another language has no word, English speaks. */
let english: Partial<Catalogue> = en;
let other: Partial<Catalogue> | null = null;
let terms: Readonly<Record<string, string>> = {};
let rules = new Intl.PluralRules('en');
let current = 'en';

/** Other languages are fetched when somebody wants them. */
const OTHERS: Record<string, () => Promise<{ words: Partial<Catalogue>; terms: typeof terms }>> = {
  de: () => import('./de').then((m) => ({ words: m.de, terms: m.terms })),
};

export const LANGUAGES = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
] as const;

/** The language in use, as `Intl` wants it. */
export function language(): string {
  return current;
}

/** Load the words of some parts, before the screens that speak them are drawn. */
export async function loadWords(...parts: (keyof typeof PARTS)[]): Promise<void> {
  const loaded = await Promise.all(parts.map((part) => PARTS[part]()));
  english = Object.assign({}, english, ...loaded) as Partial<Catalogue>;
}

/** Use a language; an unknown one becomes English. */
export async function applyLanguage(code: string): Promise<void> {
  const base = code.slice(0, 2);
  const load = OTHERS[base];
  const loaded = await load?.();
  other = loaded?.words ?? null;
  terms = loaded?.terms ?? {};
  const region =
    typeof navigator === 'undefined' ? code : (navigator.languages ?? []).find((l) => l.startsWith(base));
  current = load || base === 'en' ? (region ?? code) : 'en';
  rules = new Intl.PluralRules(current);
  if (typeof document !== 'undefined') document.documentElement.lang = base;
}

export function t<K extends Key>(key: K, ...given: Given<K>): string {
  const values = given[0] as Record<string, string | number> | undefined;
  const message: Message = other?.[key] ?? english[key] ?? key;
  const text = typeof message === 'string' ? message : pick(message, values);
  return values ? text.replace(/\{(\w+)\}/gu, (hole, name: string) => shown(values[name] ?? hole)) : text;
}

/** A word of the catalogue of exercises, which is English: a muscle, a piece of equipment, a movement. */
export function term(word: string): string {
  return terms[word] ?? word;
}

function pick(message: Plural, values: Record<string, string | number> | undefined): string {
  return message[rules.select(Number(values?.count ?? 0))] ?? message.other;
}

function shown(value: string | number): string {
  return typeof value === 'number' ? new Intl.NumberFormat(current).format(value) : value;
}
