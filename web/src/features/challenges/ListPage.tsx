import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { challengeQueries } from '../../api/challenges';
import type { Challenge, ChallengeState, Recommendation } from '../../api/gen';
import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { Section } from '../../ui/Card';
import { TextField } from '../../ui/Field';
import { Icon } from '../../ui/icons';
import { Page, Sections } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import { Tabs } from '../../ui/Tabs';
import { Cards } from './Cards';
import styles from './ListPage.module.css';

type View = 'active' | 'upcoming' | 'ended' | 'friends';
const VIEWS: readonly View[] = ['active', 'upcoming', 'friends', 'ended'];

/** What is on, what comes, what was, where my friends are; mine first, with my place. */
export function ListPage() {
  const [view, setView] = useState<View>('active');
  const [typed, setTyped] = useState('');
  const words = useDeferredValue(typed.trim());
  return (
    <Page
      title={t('challenges.title')}
      lead={t('challenges.lead')}
      wide
      actions={
        <ButtonLink to="/challenges/new" look="primary" aria-label={t('challenges.new')}>
          <Icon name="plus" />
          {t('challenges.new.short')}
        </ButtonLink>
      }
    >
      <div className={styles.search}>
        <TextField
          label={t('challenges.search')}
          labelHidden
          type="search"
          placeholder={t('challenges.search')}
          value={typed}
          maxLength={80}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      {words !== '' ? (
        <Found words={words} />
      ) : (
        <Tabs
          label={t('challenges.title')}
          chosen={view}
          onChoose={setView}
          tabs={VIEWS.map((key) => ({ key, label: t(`challenges.${key}`) }))}
        >
          {view === 'friends' ? <Friends /> : <Lists view={view} />}
        </Tabs>
      )}
    </Page>
  );
}

function Found({ words }: { words: string }) {
  const query = useQuery(challengeQueries.search(words, 'all'));
  return (
    <Loaded query={query} rows={2}>
      {(found) =>
        found.length > 0 ? (
          <Cards challenges={found} />
        ) : (
          <EmptyState icon="search" title={t('challenges.search.none')} action={<Make />} />
        )
      }
    </Loaded>
  );
}

function Friends() {
  const query = useQuery(challengeQueries.search('', 'friends'));
  return (
    <Loaded query={query} rows={2}>
      {(found) =>
        found.length > 0 ? (
          <Cards challenges={found} />
        ) : (
          <EmptyState
            icon="people"
            title={t('challenges.friends.none')}
            action={
              <ButtonLink to="/members" look="primary">
                {t('challenges.friends.find')}
              </ButtonLink>
            }
          />
        )
      }
    </Loaded>
  );
}

function Lists({ view }: { view: 'active' | 'upcoming' | 'ended' }) {
  const query = useQuery(challengeQueries.list(view));
  const settling = useQuery({ ...challengeQueries.list('provisional'), enabled: view !== 'upcoming' }).data;
  const recommended = useQuery({ ...challengeQueries.recommended(), enabled: view !== 'ended' }).data ?? [];
  return (
    <Loaded query={query} rows={3}>
      {(listed) => {
        // One that has just closed may stand in both lists.
        const known = new Set(listed.map(({ id }) => id));
        const being = view === 'active' ? (settling ?? []).filter(({ id }) => !known.has(id)) : [];
        const mine = [...listed, ...being].filter(({ me }) => me);
        const forMe = recommended.filter(({ challenge }) => challenge.state === view && !challenge.me);
        const shown = new Set(forMe.map(({ challenge }) => challenge.id));
        const others = [...listed, ...being].filter(({ me, id }) => !me && !shown.has(id));
        return (
          <Sections>
            {mine.length > 0 && (
              <Section title={t('challenges.mine')}>
                <Cards challenges={mine} />
              </Section>
            )}
            {forMe.length > 0 && <Recommended recommended={forMe} />}
            {others.length > 0 && (
              <Section title={t(view === 'ended' ? 'challenges.ended' : 'challenges.others')}>
                <Cards challenges={others} />
              </Section>
            )}
            {mine.length + forMe.length + others.length === 0 && <None state={view} />}
            {view !== 'ended' && <Templates />}
          </Sections>
        );
      }}
    </Loaded>
  );
}

function Recommended({ recommended }: { recommended: readonly Recommendation[] }) {
  const challenges: Challenge[] = recommended.map(({ challenge }) => challenge);
  const reasons = new Map(recommended.map((one) => [one.challenge.id, reasonText(one)]));
  return (
    <Section title={t('challenges.recommended')}>
      <Cards challenges={challenges} reasons={reasons} />
    </Section>
  );
}

function reasonText({ reasons, friends, sports }: Recommendation): string {
  return reasons
    .map((reason) => {
      if (reason === 'friends') return t('reason.friends', { count: friends });
      if (reason === 'your_sports')
        return t('reason.your_sports', { sports: sports.map((one) => t(`sport.${one}`)).join(', ') });
      return t(`reason.${reason}`);
    })
    .join(' · ');
}

function Templates() {
  const { data = [] } = useQuery(challengeQueries.templates());
  if (data.length === 0) return null;
  return (
    <Section title={t('challenges.templates')}>
      <ul className={styles.templates}>
        {data.map(({ code, kind }) => (
          <li key={code}>
            <Link to="/challenges/new" search={{ template: code }} className={styles.template}>
              <b>{t(`template.${code as 'climb'}`)}</b>
              <span className={styles.about}>{t(`kind.hint.${kind}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Make() {
  return (
    <ButtonLink to="/challenges/new" look="volt" size="large">
      {t('challenges.new')}
    </ButtonLink>
  );
}

function None({ state }: { state: ChallengeState }) {
  return (
    <EmptyState icon="trophy" title={t(`challenges.none.${state}`)} action={<Make />}>
      {t('challenges.none')}
    </EmptyState>
  );
}
