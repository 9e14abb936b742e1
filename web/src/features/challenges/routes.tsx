import { createLazyRoute } from '@tanstack/react-router';
import { BoardPage } from './BoardPage';
import { ListPage } from './ListPage';
import { NewPage } from './NewPage';

export const Challenges = createLazyRoute('/inside/challenges')({ component: ListPage });
export const NewChallenge = createLazyRoute('/inside/challenges/new')({ component: NewPage });
export const ChallengePage = createLazyRoute('/inside/challenges/$id')({ component: ChallengeRoute });

function ChallengeRoute() {
  const { id } = ChallengePage.useParams();
  return <BoardPage key={id} id={id} />;
}
