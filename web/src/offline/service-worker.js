/**
 * The application without a network: its files, of one version, and nothing of anybody's data. `VERSION` and
 * `FILES` are written above this by `build/service-worker.ts`. It takes over when the member says so.
 */
/* global VERSION, FILES */

const CACHE = `pulsehub-${VERSION}`;
const PAGE = '/';
/** The page of the newest version is asked for first, but nobody waits longer than this for it. */
const PATIENCE_MS = 2_500;
/** These are the hub's to answer, always. */
const NOT_OURS = /^\/(?:api|ws|health|sw\.js)(?:\/|$)/u;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES])));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(removeOthers().then(() => self.clients.claim()));
});

async function removeOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('pulsehub-') && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || NOT_OURS.test(url.pathname)) return;
  event.respondWith(request.mode === 'navigate' ? page(request) : file(request));
});

/** The page from the hub while it answers in time, else the one that was kept. */
async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) return answer;
    return (await cache.match(PAGE)) ?? answer;
  } catch (error) {
    const kept = await cache.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

/** Files carry their content's hash in their name: what is kept is what it is. */
async function file(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  return kept ?? fetch(request);
}
