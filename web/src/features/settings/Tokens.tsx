import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQueries, revokeToken } from '../../api/account';
import type { Token } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { ago, calendarDay } from '../../format/dates';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { explain } from '../../ui/explain';
import { Loaded } from '../../ui/Query';
import { Badge, EmptyState } from '../../ui/States';
import { toast } from '../../ui/toast';
import { NewTokenDialog } from './NewTokenDialog';
import styles from './Settings.module.css';

/** Personal access tokens. */
export function Tokens() {
  const query = useQuery(accountQueries.tokens());
  const [making, setMaking] = useState(false);
  return (
    <div className={styles.form}>
      <Loaded query={query} rows={2} height={4.25}>
        {(tokens) =>
          tokens.length === 0 ? (
            <EmptyState icon="key" title={t('tokens.none.title')}>
              {t('tokens.none')}
            </EmptyState>
          ) : (
            <Card flush>
              <ul>
                {tokens.map((token) => (
                  <Row key={token.id} token={token} />
                ))}
              </ul>
            </Card>
          )
        }
      </Loaded>
      <Button look="primary" onClick={() => setMaking(true)}>
        {t('tokens.new')}
      </Button>
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
    </div>
  );
}

function Row({ token }: { token: Token }) {
  const { tz } = usePreferences();
  const used = token.last_used_at
    ? t('tokens.used', { when: ago(token.last_used_at, tz) })
    : t('tokens.unused');
  async function revoke() {
    await revokeToken(token.id).then(
      () => toast(t('tokens.revoked')),
      (error: unknown) => toast(explain(error), { bad: true }),
    );
  }
  return (
    <li className={styles.row}>
      <div>
        <b>{token.name}</b>
        <small>
          {token.hint} · {used} · {t('tokens.expires', { when: calendarDay(token.expires_at.slice(0, 10)) })}
        </small>
        <span className={styles.scopes}>
          {token.scopes.map((scope) => (
            <Badge key={scope}>{t(`scope.${scope}`)}</Badge>
          ))}
        </span>
      </div>
      <Button
        look="danger"
        aria-label={t('tokens.revoke.label', { name: token.name })}
        onClick={() => void revoke()}
      >
        {t('tokens.revoke')}
      </Button>
    </li>
  );
}
