/** Light, dark, or as the device likes it. */
import type { Theme } from '../api/gen';

const KEY = 'pulsehub.theme';
const PAPER = { light: '#f6f1e9', dark: '#130a18' } as const;

const dark = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: dark)');
let chosen: Theme = 'system';

function apply(): void {
  const theme = chosen === 'system' ? (dark?.matches ? 'dark' : 'light') : chosen;
  document.documentElement.dataset.theme = theme;
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', PAPER[theme]);
}

export function setTheme(theme: Theme): void {
  chosen = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It is only remembered for the first paint.
  }
  apply();
}

/** Before the first paint: what was chosen last time. */
export function startTheme(): void {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === 'light' || kept === 'dark') chosen = kept;
  } catch {
    // As the device likes it, then.
  }
  dark?.addEventListener('change', apply);
  apply();
}
