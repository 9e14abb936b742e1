import { type FormEvent, useState } from 'react';
import { createToken } from '../../api/account';
import type { Scope, TokenDraft } from '../../api/gen';
import { uuid7 } from '../../api/uuid7';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Dialog, DialogActions } from '../../ui/Dialog';
import { TextField } from '../../ui/Field';
import { toast } from '../../ui/toast';
import { useSubmit } from '../../ui/useSubmit';
import styles from './Settings.module.css';

const SCOPES: readonly Scope[] = [
  'profile:read',
  'logs:read',
  'logs:write',
  'feed:read',
  'feed:write',
  'challenges:read',
  'challenges:write',
  'live:read',
  'live:write',
];
const DAYS = 365;

/** Make a token; its secret is shown once, and closing asks nothing: the button says so. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const [id] = useState(() => uuid7());
  const [name, setName] = useState('');
  const [days, setDays] = useState(DAYS);
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set<Scope>(['logs:write']));
  const [secret, setSecret] = useState<string | null>(null);
  const { submit, busy, errors, message } = useSubmit(create, ['name', 'expires_in_days']);
  async function create(draft: TokenDraft) {
    setSecret((await createToken(draft)).secret);
  }
  function toggle(scope: Scope) {
    setScopes((was) => new Set(was.has(scope) ? [...was].filter((one) => one !== scope) : [...was, scope]));
  }
  function save(event: FormEvent) {
    event.preventDefault();
    void submit({
      id,
      name: name.trim(),
      scopes: SCOPES.filter((one) => scopes.has(one)),
      expires_in_days: days,
    });
  }
  if (secret !== null) return <Secret secret={secret} onClose={onClose} />;
  return (
    <Dialog title={t('tokens.new')} onClose={onClose}>
      <form className={styles.form} onSubmit={save}>
        {message && <p className={styles.message}>{message}</p>}
        <TextField
          label={t('tokens.name')}
          placeholder={t('tokens.name.placeholder')}
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={errors.name}
        />
        <fieldset>
          <legend>
            <b>{t('tokens.scopes')}</b>
          </legend>
          <div className={styles.checks}>
            {SCOPES.map((scope) => (
              <label key={scope} className={styles.check}>
                <input type="checkbox" checked={scopes.has(scope)} onChange={() => toggle(scope)} />
                {t(`scope.${scope}`)}
              </label>
            ))}
          </div>
        </fieldset>
        <TextField
          label={t('tokens.days')}
          type="number"
          min={1}
          max={730}
          required
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
          error={errors.expires_in_days}
        />
        <DialogActions>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={scopes.size === 0}>
            {t('tokens.create')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  // On plain HTTP there is no clipboard: the text selects as a whole instead.
  const canCopy = Boolean(navigator.clipboard);
  return (
    <Dialog title={t('tokens.secret.title')} onClose={onClose}>
      <div className={styles.tight}>
        <p>{t('tokens.secret')}</p>
        <code className={styles.secret}>{secret}</code>
      </div>
      <DialogActions>
        {canCopy && (
          <Button
            onClick={() => void navigator.clipboard.writeText(secret).then(() => toast(t('tokens.copied')))}
          >
            {t('tokens.copy')}
          </Button>
        )}
        <Button look="primary" onClick={onClose}>
          {t('tokens.done')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
