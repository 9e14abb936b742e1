import { useEffect, useState } from 'react';
import { ago } from '../format/dates';
import { t } from '../locales/t';
import { kept } from '../offline/documents';
import { Banner } from './Banner';

/** No network: what is safe, and how old what is shown may be. */
export function OfflineBanner() {
  const [at, setAt] = useState<string | null>(null);
  useEffect(() => {
    let shown = true;
    void kept('copy:workouts').then((copy) => {
      if (shown) setAt(copy?.at ?? null);
    });
    return () => {
      shown = false;
    };
  }, []);
  return (
    <Banner icon="offline">
      {t('offline.banner')} {at && t('offline.as.of', { when: ago(at) })}
    </Banner>
  );
}
