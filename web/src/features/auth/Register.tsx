import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Registration, Units } from '../../api/gen';
import { hasCode } from '../../api/problems';
import { register } from '../../api/session';
import { uuid7 } from '../../api/uuid7';
import { language, t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { text } from '../../ui/form';
import { SegmentedControl } from '../../ui/Tabs';
import { useSubmit } from '../../ui/useSubmit';
import styles from './Auth.module.css';
import { Frame } from './Frame';
import { PasswordField } from './PasswordField';

/** Countries that count in miles and pounds. */
const IMPERIAL = /-(?:US|LR|MM)$/u;

export function Register() {
  const router = useRouter();
  const { next } = useSearch({ from: '/outside/register' });
  const [handle, setHandle] = useState('');
  const [units, setUnits] = useState<Units>(IMPERIAL.test(navigator.language) ? 'imperial' : 'metric');
  const [taken, setTaken] = useState<'handle' | 'email' | null>(null);
  const { submit, busy, errors, message } = useSubmit(create, ['name', 'handle', 'email', 'password']);
  async function create(body: Registration) {
    try {
      await register(body);
    } catch (error) {
      if (hasCode(error, 'handle_taken')) setTaken('handle');
      else if (hasCode(error, 'email_taken')) setTaken('email');
      throw error;
    }
  }
  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setTaken(null);
    const done = await submit({
      id: uuid7(),
      name: text(form, 'name').trim(),
      handle,
      email: text(form, 'email').trim(),
      password: text(form, 'password'),
      tz: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
      units,
      // The language that they read right now, without the region.
      locale: language().slice(0, 2),
    });
    if (!done) return;
    await router.invalidate();
    router.history.replace(next ?? '/');
  }
  return (
    <Frame title={t('register.title')}>
      <form className={styles.panel} onSubmit={onSubmit}>
        {message && !taken && (
          <p className={styles.message} role="alert">
            {message}
          </p>
        )}
        <TextField
          label={t('register.name')}
          name="name"
          autoComplete="name"
          required
          maxLength={60}
          hint={t('register.name.hint')}
          error={errors.name}
        />
        <TextField
          label={t('register.handle')}
          name="handle"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          minLength={3}
          maxLength={30}
          pattern="[a-z0-9_]{3,30}"
          value={handle}
          onChange={(event) => setHandle(event.target.value.toLowerCase().replace(/[^a-z0-9_]/gu, '_'))}
          hint={t('register.handle.hint', { handle: handle || '…' })}
          error={taken === 'handle' ? t('register.handle.taken') : errors.handle}
        />
        <TextField
          label={t('register.email')}
          name="email"
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          hint={t('register.email.hint')}
          error={taken === 'email' ? t('register.email.taken') : errors.email}
        />
        <PasswordField
          label={t('register.password')}
          name="password"
          autoComplete="new-password"
          required
          minLength={10}
          maxLength={200}
          hint={t('register.password.hint')}
          error={errors.password}
        />
        <SegmentedControl
          label={t('register.units')}
          value={units}
          onChange={setUnits}
          options={[
            { value: 'metric', label: t('units.metric') },
            { value: 'imperial', label: t('units.imperial') },
          ]}
        />
        <Button type="submit" look="primary" size="large" wide busy={busy}>
          {t('register.submit')}
        </Button>
      </form>
      <p className={styles.other}>
        {t('register.known')} <Link to="/sign-in">{t('signin.submit')}</Link>
      </p>
    </Frame>
  );
}
