import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useMe } from '../api/session';
import { t } from '../locales/t';
import { loadDraft } from '../offline/drafts';
import { useOnline } from '../offline/network';
import { classes } from '../ui/classes';
import { useMedia } from '../ui/useMedia';
import { ActiveBar } from './ActiveBar';
import { LiveBanner } from './LiveBanner';
import { LiveSync } from './LiveSync';
import { Nav } from './Nav';
import { OfflineBanner } from './OfflineBanner';
import { preloadForOffline } from './preload';
import styles from './Shell.module.css';

const Aside = lazy(() => import('./Aside').then((m) => ({ default: m.Aside })));
const StartMenu = lazy(() => import('./StartMenu').then((m) => ({ default: m.StartMenu })));

/** Where there is room for a right column; kept in step with `Shell.module.css`. */
const DESK = '(width >= 75rem)';

/** The frame of every screen for members: navigation, what is running, what happens now. */
export function Shell() {
  const me = useMe();
  const online = useOnline();
  const desk = useMedia(DESK);
  const [starting, setStarting] = useState(false);
  const { focus, wall } = useRouterState({
    select: ({ matches }) => frameFor(matches.at(-1)),
    structuralSharing: true,
  });
  useEffect(() => void loadDraft(me.id), [me.id]);
  useEffect(preloadForOffline, []);
  return (
    <div className={classes(styles.shell, focus && styles.focus, wall && styles.wall)}>
      <a href="#main" className={styles.skip}>
        {t('nav.skip')}
      </a>
      <Nav onStart={() => setStarting(true)} />
      <main id="main" className={styles.main} tabIndex={-1}>
        {online ? <LiveBanner /> : <OfflineBanner />}
        <Outlet />
      </main>
      {desk && !focus && (
        <aside className={styles.aside} aria-label={t('nav.aside')}>
          <Suspense fallback={null}>
            <Aside />
          </Suspense>
        </aside>
      )}
      <ActiveBar />
      {starting && (
        <Suspense fallback={null}>
          <StartMenu onClose={() => setStarting(false)} />
        </Suspense>
      )}
      <LiveSync me={me} />
    </div>
  );
}

/** A live session wants the whole width; on a gym's wall it wants everything. */
function frameFor(match: { fullPath: string; search: unknown } | undefined): {
  focus: boolean;
  wall: boolean;
} {
  const session = match?.fullPath === '/live/$id';
  const search = match?.search as { view?: string } | undefined;
  return { focus: session, wall: session && search?.view === 'wall' };
}
