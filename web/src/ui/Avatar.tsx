import type { CSSProperties } from 'react';
import type { MemberCard } from '../api/gen';
import styles from './Avatar.module.css';
import { classes } from './classes';

/** A member's picture, or their initials on a colour that is always the same for them. */
export function Avatar({
  member,
  size = 44,
  className,
}: {
  member: Pick<MemberCard, 'handle' | 'name' | 'avatar'>;
  size?: number;
  className?: string | undefined;
}) {
  const look = { '--size': `${size / 16}rem`, '--hue': hue(member.handle) } as CSSProperties;
  return (
    <span className={classes(styles.avatar, className)} style={look} aria-hidden="true">
      {member.avatar ? (
        <img src={member.avatar} alt="" width={size} height={size} loading="lazy" decoding="async" />
      ) : (
        initials(member.name)
      )}
    </span>
  );
}

function hue(handle: string): number {
  let sum = 7;
  for (const letter of handle) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return sum;
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const first = [...(words[0] ?? '')][0] ?? '?';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  return (first + last).toLocaleUpperCase();
}
