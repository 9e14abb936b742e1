import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { boardQueries, createInvite, revokeInvite } from '../../api/boards';
import type { Challenge } from '../../api/gen';
import { uuid7 } from '../../api/uuid7';
import { calendarDay } from '../../format/dates';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { explain } from '../../ui/explain';
import { TextField } from '../../ui/Field';
import { toast } from '../../ui/toast';
import styles from './Participation.module.css';

const bad = (error: unknown) => toast(explain(error), { bad: true });

/** A link that lets others in: shown once, and taken back when it should not work any more. */
export function InviteLink({ challenge, team = null }: { challenge: Challenge; team?: string | null }) {
  const [link, setLink] = useState<string | null>(null);
  const { data: invites = [] } = useQuery(boardQueries.invites(challenge.id));
  const make = useMutation({
    mutationFn: () => createInvite(challenge.id, { id: uuid7(), team_id: team }),
    onSuccess: ({ token }) => setLink(`${location.origin}/challenges/join#${token}`),
    onError: bad,
  });
  const revoke = useMutation({ mutationFn: (id: string) => revokeInvite(challenge.id, id), onError: bad });
  const mine = invites.filter(({ team_id }) => (team_id ?? null) === team);
  return (
    <div className={styles.part}>
      {link === null ? (
        <Button look="outline" wide busy={make.isPending} onClick={() => make.mutate()}>
          {t('invite.make')}
        </Button>
      ) : (
        <CopyField label={t('invite.link')} hint={t('invite.once')} value={link} />
      )}
      {mine.length > 0 && (
        <ul className={styles.invites} aria-label={t('invite.list')}>
          {mine.map(({ id, created_by, expires_at }) => (
            <li key={id}>
              <span>
                {t('invite.until', { name: created_by.name, day: calendarDay(expires_at.slice(0, 10)) })}
              </span>
              <Button look="ghost" onClick={() => revoke.mutate(id)}>
                {t('invite.revoke')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Something to be taken elsewhere. */
export function CopyField({ label, hint, value }: { label: string; hint?: string; value: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      toast(t('copy.done'));
    } catch {
      // Without a secure context there is no clipboard: the field is there to be selected.
      toast(t('copy.yourself'));
    }
  };
  return (
    <div className={styles.copy}>
      <TextField
        label={label}
        {...(hint ? { hint } : {})}
        value={value}
        readOnly
        onFocus={({ target }) => target.select()}
      />
      <Button look="primary" onClick={() => void copy()}>
        {t('copy')}
      </Button>
    </div>
  );
}
