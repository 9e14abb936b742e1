import { Link, useRouter, useSearch } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { signIn } from '../../api/session';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { text } from '../../ui/form';
import { useSubmit } from '../../ui/useSubmit';
import styles from './Auth.module.css';
import { Frame } from './Frame';
import { PasswordField } from './PasswordField';

export function SignIn() {
  const router = useRouter();
  const { next } = useSearch({ from: '/outside/sign-in' });
  const { submit, busy, errors, message } = useSubmit(signIn, ['login', 'password']);
  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const done = await submit({ login: text(form, 'login').trim(), password: text(form, 'password') });
    if (!done) return;
    await router.invalidate();
    router.history.replace(next ?? '/');
  }
  return (
    <Frame title={t('signin.title')}>
      <form className={styles.panel} onSubmit={onSubmit}>
        {message && (
          <p className={styles.message} role="alert">
            {message}
          </p>
        )}
        <TextField
          label={t('signin.login')}
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          error={errors.login}
        />
        <PasswordField
          label={t('signin.password')}
          name="password"
          autoComplete="current-password"
          required
          error={errors.password}
        />
        <Button type="submit" look="primary" size="large" wide busy={busy}>
          {t('signin.submit')}
        </Button>
      </form>
      <p className={styles.other}>
        {t('signin.new')} <Link to="/register">{t('register.title')}</Link>
      </p>
    </Frame>
  );
}
