import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Challenge, Me, MemberCard, Standing, Units } from '../../api/gen';
import { type PageOf, request } from '../../api/request';
import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { EmptyState } from '../../ui/States';
import { SegmentedControl } from '../../ui/Tabs';
import styles from './Board.module.css';
import { EmptyBoard } from './EmptyBoard';
import { Standings } from './Standings';
import { around } from './standings';

const TOP = 100;
const FOLLOWED = 100;

type Segment = 'top' | 'around' | 'follows';

/** The board: the top, around me, or among those I follow. */
export function Board({
  challenge,
  standings,
  participants,
  units,
  me,
}: {
  challenge: Challenge;
  standings: readonly Standing[];
  participants: number;
  units: Units;
  me: Me;
}) {
  const [segment, setSegment] = useState<Segment>('top');
  const followed = useFollowed(me.handle, segment === 'follows');
  const mine = standings.find(({ member }) => member.id === me.id);
  const rows = chosen(segment, standings, me.id, followed);
  const isAlone = segment === 'follows' && rows.every((standing) => standing === mine);
  const isBelow = segment === 'top' && mine !== undefined && !rows.includes(mine);
  const rest = { metric: challenge.metric, units, me: me.id, best: standings[0]?.score ?? 0 };
  return (
    <section className={styles.board} aria-label={t('board.title')}>
      <SegmentedControl
        label={t('board.segment')}
        labelHidden
        value={segment}
        onChange={setSegment}
        options={[
          { value: 'top', label: t('board.top') },
          { value: 'around', label: t('board.around') },
          { value: 'follows', label: t('board.follows') },
        ]}
      />
      {isAlone || rows.length === 0 ? <Nobody segment={segment} /> : <Standings standings={rows} {...rest} />}
      {segment === 'top' && rows.length > 0 && participants > rows.length && !isBelow && (
        <p className={styles.more}>{t('board.more', { count: participants - rows.length })}</p>
      )}
      {isBelow && (
        <div className={styles.pinned}>
          <Standings standings={[mine]} {...rest} />
        </div>
      )}
    </section>
  );
}

function chosen(
  segment: Segment,
  standings: readonly Standing[],
  me: string,
  followed: ReadonlySet<string>,
): readonly Standing[] {
  if (segment === 'around') return around(standings, me);
  if (segment === 'follows')
    return standings.filter(({ member }) => member.id === me || followed.has(member.id));
  return standings.filter(({ rank }) => rank <= TOP).slice(0, TOP);
}

/** Whom I follow; asked for when it is wanted. */
function useFollowed(handle: string, wanted: boolean): ReadonlySet<string> {
  const { data } = useQuery({
    queryKey: ['followed', handle],
    enabled: wanted,
    queryFn: ({ signal }) =>
      request<PageOf<MemberCard>>('GET', `/api/members/${handle}/following`, {
        query: { limit: FOLLOWED },
        signal,
      }),
    select: ({ items }) => new Set(items.map(({ id }) => id)),
  });
  return data ?? new Set();
}

function Nobody({ segment }: { segment: Segment }) {
  if (segment === 'top') return <EmptyBoard />;
  if (segment === 'around') return <EmptyState icon="trophy" title={t('board.empty.around')} />;
  return (
    <EmptyState
      icon="people"
      title={t('board.empty.follows')}
      action={<ButtonLink to="/members">{t('board.find')}</ButtonLink>}
    />
  );
}
