import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { clubQueries } from '../../api/clubs';
import type { Club } from '../../api/gen';
import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { Section } from '../../ui/Card';
import { Page, Sections } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { Badge, EmptyState } from '../../ui/States';
import styles from './Clubs.module.css';

/** The clubs I am in, and the others. */
export function Clubs() {
  const query = useQuery(clubQueries.list());
  return (
    <Page
      title={t('clubs.title')}
      actions={
        <ButtonLink to="/clubs/new" look="primary">
          {t('clubs.new')}
        </ButtonLink>
      }
    >
      <Loaded query={query} rows={3} height={8}>
        {(clubs) => {
          if (clubs.length === 0) {
            return (
              <EmptyState icon="people" title={t('clubs.none.title')}>
                {t('clubs.none')}
              </EmptyState>
            );
          }
          const mine = clubs.filter((club) => club.my_role !== null);
          const others = clubs.filter((club) => club.my_role === null);
          return (
            <Sections>
              {mine.length > 0 && <ClubList title={t('clubs.mine')} clubs={mine} />}
              {others.length > 0 && <ClubList title={t('clubs.others')} clubs={others} />}
            </Sections>
          );
        }}
      </Loaded>
    </Page>
  );
}

function ClubList({ title, clubs }: { title: string; clubs: readonly Club[] }) {
  return (
    <Section title={title}>
      <div className={styles.list}>
        {clubs.map((club) => (
          <Link key={club.id} to="/clubs/$slug" params={{ slug: club.slug }} className={styles.club}>
            <span className={styles.crest}>
              <Crest club={club} />
              <span className={styles.name}>{club.name}</span>
            </span>
            <span className={styles.sub}>
              {t('count.members', { count: club.members })}
              {club.my_role && (
                <Badge look="ok">{t(club.my_role === 'organiser' ? 'clubs.organiser' : 'clubs.in')}</Badge>
              )}
            </span>
            {club.description && <span className={styles.text}>{club.description}</span>}
          </Link>
        ))}
      </div>
    </Section>
  );
}

/** A club's sign: its first letter on a colour of its own. */
function Crest({ club }: { club: Pick<Club, 'slug' | 'name'> }) {
  const hue = [...club.slug].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 11);
  return (
    <span className={styles.mark} style={{ '--hue': hue } as CSSProperties} aria-hidden="true">
      {[...club.name][0]?.toLocaleUpperCase()}
    </span>
  );
}
