import { createLazyRoute } from '@tanstack/react-router';
import { ListPage } from './ListPage';

export const Challenges = createLazyRoute('/inside/challenges')({ component: ListPage });
