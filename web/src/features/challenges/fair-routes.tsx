import { createLazyRoute } from '@tanstack/react-router';
import { FairPlayPage } from './FairPlayPage';
import { QueuePage } from './QueuePage';

export const FairPlay = createLazyRoute('/inside/fair-play')({ component: FairPlayPage });
export const ReviewQueue = createLazyRoute('/inside/fair-play/queue')({ component: QueuePage });
