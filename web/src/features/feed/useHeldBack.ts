import { useEffect, useState } from 'react';
import type { Post } from '../../api/gen';

/** Scrolled further than this, the reader reads: nothing may push the text away. */
const READING_PX = 240;

/** New posts wait above while somebody reads further down; `show` lets them in. */
export function useHeldBack(
  posts: readonly Post[],
  myId: string,
): { shown: readonly Post[]; held: number; show: () => void } {
  const [newest, setNewest] = useState<string | null>(null);
  useEffect(() => {
    const onScroll = () =>
      setNewest((was) => (window.scrollY > READING_PX ? (was ?? posts[0]?.created_at ?? null) : null));
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, [posts]);
  const waits = (post: Post) => newest !== null && post.created_at > newest && post.author.id !== myId;
  const shown = posts.filter((post) => !waits(post));
  return { shown, held: posts.length - shown.length, show: () => setNewest(null) };
}
