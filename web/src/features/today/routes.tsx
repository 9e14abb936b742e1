import { createLazyRoute } from '@tanstack/react-router';
import { Today as TodayScreen } from './Today';

export const Today = createLazyRoute('/inside/')({ component: TodayScreen });
