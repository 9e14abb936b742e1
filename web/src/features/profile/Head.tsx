import { Link } from '@tanstack/react-router';
import type { Profile } from '../../api/gen';
import { calendarDay } from '../../format/dates';
import { decimal } from '../../format/number';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { ButtonLink } from '../../ui/Button';
import { Badge } from '../../ui/States';
import { FollowButton } from './FollowButton';
import { Photo } from './Photo';
import styles from './Profile.module.css';

/** Who this is, and what ties us. */
export function Head({ profile }: { profile: Profile }) {
  const { member, relation } = profile;
  const mine = relation === 'self';
  return (
    <section className={styles.head} aria-label={member.name}>
      <div className={styles.top}>
        {mine ? <Photo member={member} /> : <Avatar member={member} size={88} className={styles.ring} />}
        <div className={styles.names}>
          <h2>{member.name}</h2>
          <p className={styles.handle}>
            @{member.handle}
            {profile.role !== 'member' && <Badge look="stage">{t(`role.${profile.role}`)}</Badge>}
            {profile.follows_me && !mine && <Badge look="stage">{t('profile.follows.you')}</Badge>}
          </p>
        </div>
        <div className={styles.verbs}>
          {mine ? (
            <ButtonLink to="/settings/$section" params={{ section: 'profile' }} look="stage">
              {t('profile.edit')}
            </ButtonLink>
          ) : (
            <FollowButton profile={profile} />
          )}
        </div>
      </div>
      {profile.bio && <p className={styles.bio}>{profile.bio}</p>}
      {profile.workouts != null && (
        <div className={styles.counts}>
          <span className={styles.count}>
            <b className="num">{decimal(profile.workouts)}</b>
            <span>{t('profile.workouts')}</span>
          </span>
          <Tie handle={member.handle} side="followers" count={profile.followers ?? 0} />
          <Tie handle={member.handle} side="following" count={profile.following ?? 0} />
        </div>
      )}
      <p className={styles.since}>{t('profile.joined', { when: calendarDay(profile.joined_on) })}</p>
    </section>
  );
}

function Tie({ handle, side, count }: { handle: string; side: 'followers' | 'following'; count: number }) {
  return (
    <Link to="/members/$handle/$side" params={{ handle, side }} className={styles.count}>
      <b className="num">{decimal(count)}</b>
      <span>{t(`profile.${side}`)}</span>
    </Link>
  );
}
