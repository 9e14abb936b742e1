/** What a visitor downloads, in gzip bytes, may not exceed the budgets; the test command fails if it does. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const KIB = 1024;
const FIRST = 140 * KIB;
const ROUTE = 40 * KIB;
const LIVE_ROUTE = 45 * KIB;

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'));
const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

/** A chunk and everything it loads at once. */
function together(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const other of manifest[key].imports ?? []) together(other, seen);
  return seen;
}

const scripts = (keys) =>
  new Set([...keys].map((key) => manifest[key].file).filter((file) => file.endsWith('.js')));
const sum = (files) => [...files].reduce((total, file) => total + size(file), 0);

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
if (!entry) throw new Error('the manifest has no entry: build first');
const first = scripts(together(entry));
const rows = [['first load', sum(first), FIRST]];
for (const key of Object.keys(manifest).filter((k) => manifest[k].isDynamicEntry)) {
  const own = [...scripts(together(key))].filter((file) => !first.has(file));
  rows.push([key, sum(own), key.includes('features/live/') ? LIVE_ROUTE : ROUTE]);
}

let over = 0;
for (const [name, bytes, budget] of rows) {
  const bad = bytes > budget;
  over += bad ? 1 : 0;
  const used = `${(bytes / KIB).toFixed(1)} of ${budget / KIB} KiB`;
  console.log(`${bad ? 'OVER ' : 'ok   '} ${used.padStart(18)}  ${name}`);
}
if (over > 0) {
  console.error(`${over} over budget`);
  process.exit(1);
}
