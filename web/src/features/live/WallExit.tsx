import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { Icon } from '../../ui/icons';
import styles from './Wall.module.css';

const SHOWN_MS = 3_000;

/** The way out of the wall: there when somebody moves, taps or tabs, gone when nobody does. Escape takes it too. */
export function WallExit({ session }: { session: string }) {
  const navigate = useNavigate();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      setShown(true);
      clearTimeout(timer);
      timer = setTimeout(() => setShown(false), SHOWN_MS);
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape') void navigate({ to: '/live/$id', params: { id: session }, search: {} });
      else show();
    };
    window.addEventListener('pointermove', show);
    window.addEventListener('pointerdown', show);
    window.addEventListener('focusin', show);
    window.addEventListener('keydown', key);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pointermove', show);
      window.removeEventListener('pointerdown', show);
      window.removeEventListener('focusin', show);
      window.removeEventListener('keydown', key);
    };
  }, [navigate, session]);
  return (
    <div className={styles.exit} data-shown={shown || undefined}>
      <ButtonLink to="/live/$id" params={{ id: session }} search={{}} look="stage">
        <Icon name="close" size={20} />
        {t('room.wall.leave')}
      </ButtonLink>
    </div>
  );
}
