import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { clubQueries, joinClub, leaveClub } from '../../api/clubs';
import type { Club } from '../../api/gen';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Section } from '../../ui/Card';
import { Confirm } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { LoadMore } from '../../ui/LoadMore';
import { MemberList } from '../../ui/MemberList';
import { Page } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { Badge } from '../../ui/States';
import { toast } from '../../ui/toast';
import styles from './Clubs.module.css';

/** One club and who is in it. */
export function ClubPage() {
  const { slug } = useParams({ from: '/inside/clubs/$slug' });
  const query = useQuery(clubQueries.one(slug));
  const club = query.data;
  return (
    <Page
      title={club?.name ?? t('clubs.title')}
      lead={club && t('count.members', { count: club.members })}
      back
      actions={club && <Membership club={club} />}
    >
      <Loaded query={query} rows={2} height={8}>
        {({ description }) => (
          <>
            {description && <p className={styles.about}>{description}</p>}
            <Members slug={slug} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Membership({ club }: { club: Club }) {
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  async function run() {
    setSure(false);
    setBusy(true);
    const verb = club.my_role ? leaveClub : joinClub;
    await verb(club.slug).catch((error: unknown) => toast(explain(error), { bad: true }));
    setBusy(false);
  }
  return (
    <>
      {club.my_role ? (
        <Button busy={busy} onClick={() => setSure(true)}>
          {t('clubs.leave')}
        </Button>
      ) : (
        <Button look="volt" busy={busy} onClick={() => void run()}>
          {t('clubs.join')}
        </Button>
      )}
      {sure && (
        <Confirm
          title={t('clubs.leave.sure', { name: club.name })}
          action={t('clubs.leave')}
          onConfirm={() => void run()}
          onClose={() => setSure(false)}
        />
      )}
    </>
  );
}

function Members({ slug }: { slug: string }) {
  const query = useInfiniteQuery(clubQueries.members(slug));
  return (
    <Section title={t('clubs.members')}>
      <Loaded query={query} rows={4} height={4.25}>
        {({ pages }) => {
          const members = pages.flatMap((page) => page.items);
          const organisers = new Set(
            members.filter(({ role }) => role === 'organiser').map(({ member }) => member.id),
          );
          return (
            <MemberList
              members={members.map(({ member }) => member)}
              after={({ id }) => organisers.has(id) && <Badge>{t('clubs.organiser')}</Badge>}
            />
          );
        }}
      </Loaded>
      <LoadMore {...query} />
    </Section>
  );
}
