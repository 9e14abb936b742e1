import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { accountQueries, changePassword, endDevice } from '../../api/account';
import type { Device } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { ago } from '../../format/dates';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Card, Section } from '../../ui/Card';
import { explain } from '../../ui/explain';
import { TextField } from '../../ui/Field';
import { text } from '../../ui/form';
import { Sections } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { Badge } from '../../ui/States';
import { toast } from '../../ui/toast';
import { useSubmit } from '../../ui/useSubmit';
import { deviceName } from './devices';
import styles from './Settings.module.css';
import { SignOut } from './SignOut';

export function Account() {
  return (
    <Sections>
      <Section title={t('devices.title')}>
        <Devices />
      </Section>
      <Section title={t('password.title')}>
        <Password />
      </Section>
      <SignOut />
    </Sections>
  );
}

function Devices() {
  const query = useQuery(accountQueries.devices());
  return (
    <Loaded query={query} rows={2} height={4.25}>
      {(devices) => (
        <Card flush>
          <ul>
            {devices.map((device) => (
              <Row key={device.id} device={device} />
            ))}
          </ul>
        </Card>
      )}
    </Loaded>
  );
}

function Row({ device }: { device: Device }) {
  const { tz } = usePreferences();
  const name = deviceName(device.user_agent) ?? t('devices.unknown');
  async function end() {
    await endDevice(device.id).then(
      () => toast(t('devices.ended')),
      (error: unknown) => toast(explain(error), { bad: true }),
    );
  }
  return (
    <li className={styles.row}>
      <div>
        <b>{name}</b>
        <small>{t('devices.seen', { when: ago(device.last_seen_at, tz) })}</small>
      </div>
      {device.current ? (
        <Badge look="ok">{t('devices.current')}</Badge>
      ) : (
        <Button aria-label={t('devices.end.label', { device: name })} onClick={() => void end()}>
          {t('devices.end')}
        </Button>
      )}
    </li>
  );
}

function Password() {
  const form = useRef<HTMLFormElement>(null);
  const { submit, busy, errors, message } = useSubmit(changePassword, ['current', 'new']);
  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    if (!(await submit({ current: text(typed, 'current'), new: text(typed, 'new') }))) return;
    form.current?.reset();
    toast(t('password.changed'));
  }
  return (
    <form ref={form} className={styles.form} onSubmit={(event) => void save(event)}>
      {message && <p className={styles.message}>{message}</p>}
      <TextField
        label={t('password.current')}
        name="current"
        type="password"
        autoComplete="current-password"
        required
        error={errors.current}
      />
      <TextField
        label={t('password.new')}
        name="new"
        type="password"
        autoComplete="new-password"
        required
        minLength={10}
        maxLength={200}
        hint={t('register.password.hint')}
        error={errors.new}
      />
      <Button type="submit" look="primary" busy={busy}>
        {t('password.change')}
      </Button>
    </form>
  );
}
