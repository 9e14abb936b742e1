import { useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { type Key, t } from '../../locales/t';
import { Page } from '../../ui/Page';
import { EmptyState } from '../../ui/States';
import { Account } from './Account';
import { Preferences } from './Preferences';
import { Privacy } from './Privacy';
import { ProfileForm } from './ProfileForm';
import { Sync } from './Sync';
import { Tokens } from './Tokens';

const SECTIONS = {
  profile: { title: 'settings.profile', Part: ProfileForm },
  preferences: { title: 'settings.preferences', Part: Preferences },
  privacy: { title: 'settings.privacy', Part: Privacy },
  account: { title: 'settings.account', Part: Account },
  tokens: { title: 'settings.tokens', Part: Tokens },
  sync: { title: 'settings.sync', Part: Sync },
} as const satisfies Record<string, { title: Key; Part: ComponentType }>;

export function SettingsSection() {
  const { section } = useParams({ from: '/inside/settings/$section' });
  const found = section in SECTIONS ? SECTIONS[section as keyof typeof SECTIONS] : null;
  if (!found) {
    return (
      <Page title={t('settings.title')} back>
        <EmptyState icon="search" title={t('error.not.found')} />
      </Page>
    );
  }
  const { title, Part } = found;
  return (
    <Page title={t(title)} back>
      <Part />
    </Page>
  );
}
