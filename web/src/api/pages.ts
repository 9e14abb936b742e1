/** Lists that are read page by page, newest first, and kept in order while they are changed. */
import type { InfiniteData } from '@tanstack/react-query';
import type { PageOf } from './request';

export type Pages<T> = InfiniteData<PageOf<T>>;

/** The lists with every page's items changed. */
export function mapPages<T>(pages: Pages<T>, change: (items: T[]) => T[]): Pages<T> {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: change(page.items) })) };
}

/** An item once, on the page whose range it falls in; past the last loaded one it waits to be loaded. */
export function putInOrder<T extends { id: string }>(
  pages: Pages<T>,
  item: T,
  at: (item: T) => string,
): Pages<T> {
  const without = mapPages(pages, (items) => items.filter(({ id }) => id !== item.id));
  const when = Date.parse(at(item));
  // By the ranges as they were: the last item of a page, put again, is still the last of that page.
  const index = pages.pages.findIndex((page) => {
    const oldest = page.items.at(-1);
    return page.next_cursor === null || (oldest !== undefined && Date.parse(at(oldest)) <= when);
  });
  const newestFirst = (a: T, b: T) => Date.parse(at(b)) - Date.parse(at(a));
  return {
    ...without,
    pages: without.pages.map((page, n) =>
      n === index ? { ...page, items: [...page.items, item].sort(newestFirst) } : page,
    ),
  };
}
