/** The five cheers, drawn: the same on every device. */
import type { Cheer } from '../../api/gen';

export type CheerKind = Cheer['kind'];
export const CHEERS: readonly CheerKind[] = ['clap', 'fire', 'heart', 'muscle', 'star'];

const PATHS: Record<CheerKind, string> = {
  clap: 'M7.2 13.9 4.6 9.6a1.2 1.2 0 0 1 2-1.3l2.2 3.1-3-5.3a1.25 1.25 0 0 1 2.2-1.2l3.3 5.4-2.6-5.4a1.25 1.25 0 0 1 2.2-1.1l3.2 5.8.3-2.5a1.3 1.3 0 0 1 2.6 0l.5 5.1c.3 3.700-1.7 6.700-4.800 7.600-3 .9-5.500-.7-7.500-5.900z M15.600 3.200l.6-2 M18.300 4.600l1.500-1.500 M19.600 7.100l2-.5',
  fire: 'M12 21.500c-3.900 0-6.800-2.600-6.800-6.500 0-4.200 3.800-5.900 4.500-11.400 3.400 1.500 4.800 4.200 4.900 6.900.8-.4 1.400-1.200 1.600-2.100 1.700 1.800 2.600 4 2.600 6.600 0 3.900-2.900 6.500-6.800 6.500z',
  heart:
    'M12 20.500s-8-4.700-8-10.700A4.600 4.600 0 0 1 12 6.800a4.600 4.600 0 0 1 8 3c0 6-8 10.700-8 10.700z',
  muscle:
    'M5.200 4.500 8.700 4l1.100 3-1.500 1.700.3 4c1.300-1.700 3.200-2.600 5.300-2.600 3.500 0 6.100 2.500 6.100 5.600 0 2.500-1.600 4.300-4.300 4.300H7.200C4.900 20 3.500 18.300 3.500 16c0-3.600.5-8 1.700-11.500z',
  star: 'M12 2.800l2.800 5.900 6.400.9-4.600 4.500 1.100 6.400-5.700-3-5.700 3 1.100-6.400L2.800 9.600l6.400-.9z',
};

export function Glyph({ kind, size = 24 }: { kind: CheerKind; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={PATHS[kind]}
        fill="currentColor"
        stroke="currentColor"
        strokeWidth="1.1"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
