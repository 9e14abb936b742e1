import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { createClub } from '../../api/clubs';
import { uuid7 } from '../../api/uuid7';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { TextArea, TextField } from '../../ui/Field';
import { Page } from '../../ui/Page';
import { toast } from '../../ui/toast';
import { useSubmit } from '../../ui/useSubmit';
import styles from './Clubs.module.css';

/** Letters, digits and hyphens, from whatever somebody calls their club. */
function slugOf(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 60);
}

export function NewClub() {
  const navigate = useNavigate();
  const [id] = useState(() => uuid7());
  const [name, setName] = useState('');
  const [typedSlug, setSlug] = useState<string | null>(null);
  const [description, setDescription] = useState('');
  const { submit, busy, errors, message } = useSubmit(createClub, ['name', 'slug', 'description']);
  const slug = typedSlug ?? slugOf(name);
  async function create(event: FormEvent) {
    event.preventDefault();
    if (!(await submit({ id, slug, name: name.trim(), description: description.trim() }))) return;
    toast(t('clubs.created'));
    await navigate({ to: '/clubs/$slug', params: { slug }, replace: true });
  }
  return (
    <Page title={t('clubs.new')} back>
      <form className={styles.form} onSubmit={(event) => void create(event)}>
        <TextField
          label={t('clubs.name')}
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={errors.name}
        />
        <TextField
          label={t('clubs.slug')}
          required
          pattern="[a-z0-9\-]{2,60}"
          autoCapitalize="none"
          value={slug}
          onChange={(event) => setSlug(event.target.value.toLowerCase().replace(/[^a-z0-9-]/gu, '-'))}
          hint={t('clubs.slug.hint', { slug: slug || '…' })}
          error={errors.slug ?? message ?? undefined}
        />
        <TextArea
          label={t('clubs.description')}
          maxLength={1_000}
          rows={4}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
          error={errors.description}
        />
        <Button type="submit" look="primary" size="large" busy={busy}>
          {t('clubs.create')}
        </Button>
      </form>
    </Page>
  );
}
