/** Installs the service worker, and says when a newer version waits. A page is never reloaded under anybody's hands. */
import { t } from '../locales/t';
import { toast } from '../ui/toast';

const LOOK_EVERY_MS = 60 * 60_000;

/** Browsers have service workers over HTTPS and on localhost only; without one, everything but an offline start works. */
export function installServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  let asked = false;
  serviceWorker.addEventListener('controllerchange', () => {
    if (asked) window.location.reload();
  });
  const offer = (waiting: ServiceWorker) =>
    toast(t('update.ready'), {
      action: {
        label: t('error.reload'),
        run: () => {
          asked = true;
          waiting.postMessage('take over');
        },
      },
    });
  void serviceWorker
    .register('/sw.js')
    .then((registration) => {
      if (registration.waiting && serviceWorker.controller) offer(registration.waiting);
      registration.addEventListener('updatefound', () => {
        const { installing } = registration;
        installing?.addEventListener('statechange', () => {
          if (installing.state === 'installed' && serviceWorker.controller) offer(installing);
        });
      });
      setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS);
    })
    .catch(() => {
      // A browser that refuses (private mode, full disk) goes on without.
    });
}
