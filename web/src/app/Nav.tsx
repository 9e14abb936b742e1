import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { liveQueries } from '../api/live';
import { useMe } from '../api/session';
import { type Key, t } from '../locales/t';
import { classes } from '../ui/classes';
import { Icon, type IconName, Logo } from '../ui/icons';
import styles from './Shell.module.css';

const FIRST = [
  { to: '/', icon: 'today', label: 'nav.today', exact: true },
  { to: '/feed', icon: 'feed', label: 'nav.feed', exact: false },
] as const;

const LAST = [
  { to: '/live', icon: 'live', label: 'nav.live', exact: false },
  { to: '/you', icon: 'you', label: 'nav.you', exact: false },
] as const;

/** Shown where there is room; on a phone these are reached through "You". */
const SECOND = [
  { to: '/challenges', icon: 'trophy', label: 'nav.challenges', exact: false },
  { to: '/clubs', icon: 'people', label: 'nav.clubs', exact: false },
  { to: '/members', icon: 'search', label: 'nav.people', exact: false },
  { to: '/settings', icon: 'settings', label: 'nav.settings', exact: false },
] as const;

/** The bar on a phone, the rail on a tablet, the sidebar on a desk: one list. */
export function Nav({ onStart }: { onStart: () => void }) {
  const live = useQuery(liveQueries.list());
  const running = live.data?.filter(({ state }) => state === 'running').length ?? 0;
  const requests = useMe().follow_requests ?? 0;
  return (
    <nav className={styles.nav} aria-label={t('nav.main')}>
      <Link to="/" className={styles.brand} aria-label="Pulsehub">
        <Logo size={40} />
        <span>Pulsehub</span>
      </Link>
      <ul className={styles.items}>
        {FIRST.map((item) => (
          <Item key={item.to} {...item} />
        ))}
        <li className={styles.startplace}>
          <button type="button" className={classes(styles.item, styles.startitem)} onClick={onStart}>
            <span className={styles.start}>
              <Icon name="plus" size={26} />
            </span>
            <span className={styles.startlabel}>{t('nav.start')}</span>
          </button>
        </li>
        {LAST.map((item) => (
          <Item key={item.to} {...item} count={item.to === '/live' ? running : requests} />
        ))}
        {SECOND.map((item) => (
          <Item key={item.to} {...item} second />
        ))}
      </ul>
    </nav>
  );
}

interface ItemProps {
  to: (typeof FIRST | typeof LAST | typeof SECOND)[number]['to'];
  icon: IconName;
  label: Key & `nav.${string}`;
  exact: boolean;
  count?: number;
  second?: boolean;
}

function Item({ to, icon, label, exact, count = 0, second = false }: ItemProps) {
  return (
    <li className={second ? styles.second : undefined}>
      <Link to={to} activeOptions={{ exact }} className={styles.item}>
        <Icon name={icon} size={24} />
        <span>{t(label as 'nav.today')}</span>
        {count > 0 && <span className={classes(styles.dot, 'num')}>{count}</span>}
      </Link>
    </li>
  );
}
