import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { challengeQueries } from '../../api/challenges';
import { answerRequest, memberQueries } from '../../api/members';
import { useMe } from '../../api/session';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Section } from '../../ui/Card';
import { explain } from '../../ui/explain';
import { TextField } from '../../ui/Field';
import { LoadMore } from '../../ui/LoadMore';
import { MemberList } from '../../ui/MemberList';
import { Page, Sections } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import { toast } from '../../ui/toast';
import { Invite } from './Invite';
import styles from './Profile.module.css';

const ACTIVE = 6;

/** Find members by name or handle. */
export function People() {
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim());
  return (
    <Page title={t('people.title')} back>
      <div className={styles.search}>
        <TextField
          label={t('people.search')}
          labelHidden
          type="search"
          placeholder={t('people.search')}
          autoComplete="off"
          maxLength={60}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      {wanted === '' ? <Suggestions /> : <Found text={wanted} />}
    </Page>
  );
}

function Found({ text }: { text: string }) {
  const query = useQuery({ ...memberQueries.search(text), placeholderData: keepPreviousData });
  return (
    <Loaded query={query} rows={6} height={4.25}>
      {(members) =>
        members.length > 0 ? (
          <MemberList members={members} />
        ) : (
          <EmptyState icon="search" title={t('people.none.title')}>
            {t('people.none')}
          </EmptyState>
        )
      }
    </Loaded>
  );
}

/** Before anything is typed: who trains a lot just now, and whom I follow. */
function Suggestions() {
  const me = useMe();
  const following = useInfiniteQuery(memberQueries.ties(me.handle, 'following'));
  const challenges = useQuery(challengeQueries.list('active'));
  const challenge = challenges.data?.[0];
  const board = useQuery({
    ...challengeQueries.standings(challenge?.id ?? ''),
    enabled: challenge !== undefined,
  });
  const active = (board.data?.top ?? []).map(({ member }) => member).filter(({ id }) => id !== me.id);
  const mine = following.data?.pages.flatMap((page) => page.items) ?? [];
  const known = following.isSuccess && challenges.isSuccess && (!challenge || board.isSuccess);
  if (known && active.length === 0 && mine.length === 0) return <Invite />;
  return (
    <Sections>
      {active.length > 0 && (
        <Section title={t('people.active')}>
          <MemberList members={active.slice(0, ACTIVE)} />
        </Section>
      )}
      {mine.length > 0 && (
        <Section title={t('profile.following')}>
          <MemberList members={mine} />
        </Section>
      )}
    </Sections>
  );
}

/** Who follows a member, or whom they follow. */
export function Ties() {
  const { handle, side: asked } = useParams({ from: '/inside/members/$handle/$side' });
  const side = asked === 'following' ? 'following' : 'followers';
  const query = useInfiniteQuery(memberQueries.ties(handle, side));
  return (
    <Page title={t(`profile.${side}`)} lead={`@${handle}`} back>
      <Loaded query={query} rows={6} height={4.25}>
        {({ pages }) => {
          const members = pages.flatMap((page) => page.items);
          if (members.length === 0) return <EmptyState icon="people" title={t('people.ties.none')} />;
          return <MemberList members={members} />;
        }}
      </Loaded>
      <LoadMore {...query} />
    </Page>
  );
}

/** Who asks to follow me. */
export function FollowRequests() {
  const query = useQuery(memberQueries.requests());
  const answer = (id: string, accept: boolean) =>
    answerRequest(id, accept).catch((error: unknown) => toast(explain(error), { bad: true }));
  return (
    <Page title={t('requests.title')} back>
      <Loaded query={query} rows={3} height={4.25}>
        {(requests) =>
          requests.length > 0 ? (
            <MemberList
              members={requests.map(({ member }) => member)}
              after={({ id }) => (
                <span className={styles.verdict}>
                  <Button look="primary" onClick={() => void answer(id, true)}>
                    {t('requests.accept')}
                  </Button>
                  <Button onClick={() => void answer(id, false)}>{t('requests.refuse')}</Button>
                </span>
              )}
            />
          ) : (
            <EmptyState icon="people" title={t('requests.none.title')}>
              {t('requests.none')}
            </EmptyState>
          )
        }
      </Loaded>
    </Page>
  );
}
