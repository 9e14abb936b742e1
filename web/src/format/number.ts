/** Numbers as the member's language writes them, and read as they are typed. */
import { language } from '../locales/t';

const formats = new Map<string, Intl.NumberFormat>();

/** At most `places` decimals, none for their own sake. */
export function decimal(value: number, places = 0): string {
  return written(value, 0, places);
}

/** Exactly `places` decimals: for what moves, or stands in a column. */
export function fixed(value: number, places: number): string {
  return written(value, places, places);
}

function written(value: number, least: number, most: number): string {
  const key = `${language()} ${least} ${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language(), { minimumFractionDigits: least, maximumFractionDigits: most });
    formats.set(key, format);
  }
  return format.format(value);
}

/** 1,240 becomes 1.2K where there is no room. */
export function compact(value: number): string {
  return new Intl.NumberFormat(language(), { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/**
 * What somebody typed as a number: "62.5" and "62,5" are the same. With both marks the last one divides;
 * several of one kind, and exactly three digits after each, group thousands. Anything else is null.
 */
export function parseDecimal(typed: string): number | null {
  const bare = typed.replace(/[\s\u00a0\u202f'’]/gu, '');
  if (!/^\d*(?:[.,]\d*)*$/u.test(bare) || !/\d/u.test(bare)) return null;
  const marks = bare.match(/[.,]/gu) ?? [];
  if (marks.length <= 1) return Number(bare.replace(',', '.'));
  const last = marks.at(-1) ?? '';
  const alike = marks.every((mark) => mark === last);
  if (alike) return /^\d{1,3}(?:[.,]\d{3})+$/u.test(bare) ? Number(bare.replace(/[.,]/gu, '')) : null;
  if (marks.filter((mark) => mark === last).length > 1) return null;
  const cut = bare.lastIndexOf(last);
  return Number(`${bare.slice(0, cut).replace(/[.,]/gu, '')}.${bare.slice(cut + 1)}`);
}

export function parseWhole(typed: string): number | null {
  return /^\s*\d+\s*$/u.test(typed) ? Number(typed) : null;
}

/** A number for an input, in the member's own decimal mark, without groups. */
export function editable(value: number | null | undefined): string {
  if (value == null) return '';
  return new Intl.NumberFormat(language(), { useGrouping: false, maximumFractionDigits: 3 }).format(value);
}
