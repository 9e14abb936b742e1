import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { acceptInvitation, boardQueries } from '../../api/boards';
import type { Invitation } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { t } from '../../locales/t';
import { Button, ButtonLink } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { explain } from '../../ui/explain';
import { Page } from '../../ui/Page';
import { EmptyState, Skeleton } from '../../ui/States';
import { toast } from '../../ui/toast';
import styles from './BoardPage.module.css';
import { Rules } from './Rules';
import { dates, whatCounts } from './words';

/** Where an invitation link leads: what it is, by whom, and in. Its token stays in this browser's address bar. */
export function JoinPage({ token }: { token: string }) {
  const query = useQuery({ ...boardQueries.invitation(token), retry: false });
  if (query.data) return <Invited invitation={query.data} token={token} />;
  return (
    <Page title={t('invited.title')}>
      {query.error ? (
        <EmptyState
          icon="lock"
          title={t('invited.gone')}
          action={<ButtonLink to="/challenges">{t('invited.others')}</ButtonLink>}
        />
      ) : (
        <Skeleton rows={2} />
      )}
    </Page>
  );
}

function Invited({ invitation, token }: { invitation: Invitation; token: string }) {
  const { challenge, team, invited_by } = invitation;
  const { units } = usePreferences();
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: () => acceptInvitation(token),
    onSuccess: ({ id }) => navigate({ to: '/challenges/$id', params: { id }, replace: true }),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  return (
    <Page
      title={challenge.title}
      lead={
        team
          ? t('invited.team', { name: invited_by.name, team: team.name })
          : t('invited.by', { name: invited_by.name })
      }
    >
      <div className={styles.join}>
        <p>
          {whatCounts(challenge)} · {dates(challenge)}
        </p>
        <Button look="volt" size="large" wide busy={accept.isPending} onClick={() => accept.mutate()}>
          {t('challenge.join.long')}
        </Button>
        <Card>
          <Rules rules={challenge.rules} measure={challenge} units={units} />
        </Card>
      </div>
    </Page>
  );
}
