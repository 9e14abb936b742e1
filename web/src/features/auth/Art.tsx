import type { CSSProperties } from 'react';
import styles from './Auth.module.css';

const ATHLETES = [
  { y: 372, color: '#d3f94a', wide: 300, from: 0.55, seconds: 2.1 },
  { y: 414, color: '#ff8ba0', wide: 262, from: 0.8, seconds: 2.6 },
  { y: 456, color: '#c9a2ff', wide: 236, from: 0.5, seconds: 3.1 },
] as const;

/** A drawing of what the hub does: one ring that runs for all, three hearts, bars that race. */
export function Art() {
  return (
    <svg viewBox="0 0 400 490" className={styles.art} aria-hidden="true">
      <circle cx="200" cy="170" r="148" className={styles.ring} />
      <circle cx="200" cy="170" r="148" pathLength="100" className={styles.sweep} />
      <g transform="translate(80 118)">
        {ATHLETES.map(({ color, seconds }, at) => (
          <path
            key={color}
            d={`M0 ${14 + at * 44}h52l12-30 20 52 18-40 12 18h126`}
            pathLength="100"
            className={styles.trace}
            style={{ color, '--d': `${seconds}s` } as CSSProperties}
          />
        ))}
      </g>
      <g className={styles.bars}>
        {ATHLETES.map(({ y, color, wide, from, seconds }) => (
          <g key={color}>
            <circle cx="42" cy={y + 12} r="14" fill={color} />
            <rect
              x="70"
              y={y}
              height="24"
              rx="12"
              fill={color}
              opacity="0.9"
              style={
                {
                  '--d': `${seconds * 2.4}s`,
                  '--wide': `${wide}px`,
                  '--from': `${wide * from}px`,
                } as CSSProperties
              }
            />
          </g>
        ))}
      </g>
    </svg>
  );
}
