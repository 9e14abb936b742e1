/** The language and the theme follow the member's preferences. */

import { queryClient } from '../api/client';
import { sessionQuery } from '../api/session';
import { applyLanguage } from '../locales/t';
import { setTheme } from '../ui/theme';

const KEY = 'pulsehub.language';

function remembered(): string {
  try {
    return localStorage.getItem(KEY) ?? navigator.language;
  } catch {
    return navigator.language;
  }
}

/** Before the first paint: the language of last time, else the browser's. */
export async function startLanguage(): Promise<void> {
  await applyLanguage(remembered());
  let locale = remembered().slice(0, 2);
  queryClient.getQueryCache().subscribe(({ query }) => {
    if (query.queryHash !== JSON.stringify(sessionQuery.queryKey)) return;
    const preferences = queryClient.getQueryData(sessionQuery.queryKey)?.me?.preferences;
    if (!preferences) return;
    setTheme(preferences.theme ?? 'system');
    if (!preferences.locale || preferences.locale.slice(0, 2) === locale) return;
    locale = preferences.locale.slice(0, 2);
    try {
      localStorage.setItem(KEY, locale);
    } catch {
      // It is asked for again next time.
    }
    void applyLanguage(locale).then(() => window.dispatchEvent(new Event('pulsehub:language')));
  });
}
