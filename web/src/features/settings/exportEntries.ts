import type { Entry } from '../../offline/outbox';

/** What is not sent, as a file: each body is what the API takes. */
export function exportEntries(entries: readonly Entry[]): void {
  const what = entries.map(({ method, path, body, created_at }) => ({ method, path, body, created_at }));
  const url = URL.createObjectURL(new Blob([JSON.stringify(what, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'pulsehub-unsent.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
