/** Writes `sw.js`: the service worker with the list of the files of this very build. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const SOURCE = new URL('../src/offline/service-worker.js', import.meta.url);
/** Letters that few languages need are fetched when they are needed. */
const LEFT_OUT = /latin-ext|\.map$|^\.vite|^sw\.js$/u;
const FROM_PUBLIC = ['/icon.svg', '/manifest.webmanifest'];

export function serviceWorker(): Plugin {
  return {
    name: 'pulsehub-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      // After everything else: before, the page is not in the bundle yet, and the application could not start offline.
      order: 'post',
      handler(_, bundle) {
        const names = Object.keys(bundle).filter((name) => !LEFT_OUT.test(name));
        if (!names.includes('index.html')) throw new Error('the page is missing from the bundle');
        const files = names.filter((name) => name !== 'index.html').map((name) => `/${name}`);
        const version = createHash('sha256').update(contents(bundle, names)).digest('hex').slice(0, 12);
        const head = [
          `const VERSION = ${JSON.stringify(version)};`,
          `const FILES = ${JSON.stringify([...files, ...FROM_PUBLIC])};`,
        ];
        const source = `${head.join('\n')}\n${readFileSync(SOURCE, 'utf8')}`;
        this.emitFile({ type: 'asset', fileName: 'sw.js', source });
      },
    },
  };
}

function contents(
  bundle: Parameters<Extract<NonNullable<Plugin['generateBundle']>, { handler: unknown }>['handler']>[1],
  names: string[],
): string {
  const page = bundle['index.html'];
  return [...names].sort().join('\n') + (page?.type === 'asset' ? String(page.source) : '');
}
