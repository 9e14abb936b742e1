import { useState } from 'react';
import { useConnection } from '../live/hooks';
import { t } from '../locales/t';
import { useNow } from '../ui/useNow';
import { Banner } from './Banner';

/** A connection that comes back within this is nobody's business. */
const PATIENCE_MS = 6_000;
const LOOK_EVERY_MS = 2_000;

/** Says that nothing moves by itself any more, once that has been so for a while. */
export function LiveBanner() {
  const { state, onlineAt } = useConnection();
  const [begun] = useState(() => Date.now());
  const broken = state === 'waiting' || state === 'connecting';
  const now = useNow(broken ? LOOK_EVERY_MS : null);
  if (!broken || now - (onlineAt ?? begun) < PATIENCE_MS) return null;
  return <Banner icon="sync">{t('live.lost')}</Banner>;
}
