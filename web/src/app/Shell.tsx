import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useMe } from '../api/session';
import { t } from '../locales/t';
import { loadDraft } from '../offline/drafts';
import { useOnline } from '../offline/network';
import { classes } from '../ui/classes';
import { ActiveBar } from './ActiveBar';
import { Aside } from './Aside';
import { Banner } from './Banner';
import { LiveSync } from './LiveSync';
import { Nav } from './Nav';
import styles from './Shell.module.css';
import { StartMenu } from './StartMenu';

/** The frame of every screen for members: navigation, what is running, what happens now. */
export function Shell() {
  const me = useMe();
  const online = useOnline();
  const [starting, setStarting] = useState(false);
  const { focus, wall } = useRouterState({
    select: ({ matches }) => frameFor(matches.at(-1)),
    structuralSharing: true,
  });
  useEffect(() => void loadDraft(me.id), [me.id]);
  return (
    <div className={classes(styles.shell, focus && styles.focus, wall && styles.wall)}>
      <a href="#main" className={styles.skip}>
        {t('nav.skip')}
      </a>
      <Nav onStart={() => setStarting(true)} />
      <main id="main" className={styles.main} tabIndex={-1}>
        {!online && <Banner icon="offline">{t('offline.banner')}</Banner>}
        <Outlet />
      </main>
      {!focus && (
        <aside className={styles.aside} aria-label={t('nav.aside')}>
          <Aside />
        </aside>
      )}
      <ActiveBar />
      {starting && <StartMenu onClose={() => setStarting(false)} />}
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
