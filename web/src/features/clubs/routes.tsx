import { createLazyRoute } from '@tanstack/react-router';
import { ClubPage as ClubScreen } from './ClubPage';
import { Clubs as ClubsScreen } from './Clubs';
import { NewClub as NewScreen } from './NewClub';

export const Clubs = createLazyRoute('/inside/clubs')({ component: ClubsScreen });
export const NewClub = createLazyRoute('/inside/clubs/new')({ component: NewScreen });
export const ClubPage = createLazyRoute('/inside/clubs/$slug')({ component: ClubScreen });
