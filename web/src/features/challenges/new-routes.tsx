import { createLazyRoute } from '@tanstack/react-router';
import { NewPage } from './NewPage';

export const NewChallenge = createLazyRoute('/inside/challenges/new')({ component: NewPage });
