import { useEffect, useRef } from 'react';
import { t } from '../locales/t';
import { Button } from './Button';
import styles from './States.module.css';

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** The foot of a list: more is read before it comes into sight; the button is for keyboards and failures. */
export function LoadMore({ hasNextPage, isFetchingNextPage, fetchNextPage }: Pages) {
  const foot = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = foot.current;
    if (!element || !hasNextPage || isFetchingNextPage || typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && fetchNextPage(), {
      rootMargin: '800px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <div ref={foot} className={styles.foot}>
      <Button busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
        {t('load.more')}
      </Button>
    </div>
  );
}
