import { useRouter } from '@tanstack/react-router';
import { useEffect, useId } from 'react';
import { lookAround, useSession } from '../../api/session';
import { t } from '../../locales/t';
import { Button, ButtonLink } from '../../ui/Button';
import { Icon, Logo } from '../../ui/icons';
import { useSubmit } from '../../ui/useSubmit';
import { Art } from './Art';
import styles from './Auth.module.css';
import { Window } from './Window';

const POINTS = [
  { icon: 'live', title: 'welcome.live.title', text: 'welcome.live' },
  { icon: 'trophy', title: 'welcome.boards.title', text: 'welcome.boards' },
  { icon: 'check', title: 'welcome.log.title', text: 'welcome.log' },
  { icon: 'lock', title: 'welcome.private.title', text: 'welcome.private' },
] as const;

/** The front door. In demo mode one click leads into a living community. */
export function Welcome() {
  const { demo } = useSession();
  const router = useRouter();
  const hint = useId();
  const { submit, busy, message } = useSubmit(lookAround);
  useEffect(() => {
    document.title = 'Pulsehub';
  }, []);
  async function enter() {
    if (!(await submit())) return;
    await router.invalidate();
    await router.navigate({ to: '/' });
  }
  return (
    <main className={styles.welcome} data-stage>
      <div className={styles.inner}>
        <header className={styles.bar}>
          <span className={styles.brand}>
            <Logo size={40} />
            Pulsehub
          </span>
          <ButtonLink to="/sign-in" look="stage">
            {t('welcome.sign.in')}
          </ButtonLink>
        </header>
        <div className={styles.hero}>
          <div>
            <h1 data-page-heading tabIndex={-1}>
              {t('welcome.title')}
            </h1>
            <p className={styles.lead}>{t('welcome.lead')}</p>
            <div className={styles.ways}>
              <div className={styles.row}>
                {demo && (
                  <div className={styles.look}>
                    <Button look="volt" size="large" busy={busy} onClick={enter} aria-describedby={hint}>
                      {t('welcome.look')}
                    </Button>
                    <p id={hint} className={styles.hint}>
                      {t('welcome.look.hint')}
                    </p>
                  </div>
                )}
                <ButtonLink to="/register" look={demo ? 'stage' : 'volt'} size="large">
                  {t('welcome.join')}
                </ButtonLink>
              </div>
              {message && (
                <p className={styles.failed} role="alert">
                  {message}
                </p>
              )}
            </div>
          </div>
          {demo ? <Window /> : <Art />}
        </div>
        <div className={styles.points}>
          {POINTS.map(({ icon, title, text }) => (
            <section key={title}>
              <Icon name={icon} size={30} />
              <h2>{t(title)}</h2>
              <p>{t(text)}</p>
            </section>
          ))}
        </div>
      </div>
    </main>
  );
}
