import { createLazyRoute } from '@tanstack/react-router';
import { BoardPage } from './BoardPage';
import { JoinPage } from './JoinPage';

export const ChallengePage = createLazyRoute('/inside/challenges/$id')({ component: ChallengeRoute });
export const JoinChallenge = createLazyRoute('/inside/challenges/join')({ component: JoinRoute });

function ChallengeRoute() {
  const { id } = ChallengePage.useParams();
  const { view } = ChallengePage.useSearch();
  return <BoardPage key={id} id={id} wall={view === 'wall'} />;
}

function JoinRoute() {
  return <JoinPage token={location.hash.slice(1)} />;
}
