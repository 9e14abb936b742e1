import { createLazyRoute } from '@tanstack/react-router';
import { MemberPage as MemberScreen } from './MemberPage';
import { People as PeopleScreen, FollowRequests as RequestsScreen, Ties as TiesScreen } from './People';
import { You as YouScreen } from './You';

export const You = createLazyRoute('/inside/you')({ component: YouScreen });
export const People = createLazyRoute('/inside/members')({ component: PeopleScreen });
export const MemberPage = createLazyRoute('/inside/members/$handle')({ component: MemberScreen });
export const Ties = createLazyRoute('/inside/members/$handle/$side')({ component: TiesScreen });
export const FollowRequests = createLazyRoute('/inside/follow-requests')({ component: RequestsScreen });
