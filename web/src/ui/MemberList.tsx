import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { MemberCard } from '../api/gen';
import { Avatar } from './Avatar';
import styles from './Members.module.css';

/** Members, one under another; `after` says what can be done with each. */
export function MemberList({
  members,
  after,
}: {
  members: readonly MemberCard[];
  after?: (member: MemberCard) => ReactNode;
}) {
  return (
    <ul className={styles.list}>
      {members.map((member) => (
        <li key={member.id} className={styles.row}>
          <Avatar member={member} />
          <Link to="/members/$handle" params={{ handle: member.handle }} className={styles.who}>
            <b>{member.name}</b>
            <span>@{member.handle}</span>
          </Link>
          {after?.(member)}
        </li>
      ))}
    </ul>
  );
}
