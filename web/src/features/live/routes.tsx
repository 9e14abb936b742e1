import { createLazyRoute } from '@tanstack/react-router';
import { ListPage } from './ListPage';
import { NewPage } from './NewPage';
import { RecapPage } from './RecapPage';

export const LiveLobby = createLazyRoute('/inside/live')({ component: ListPage });
export const NewSession = createLazyRoute('/inside/live/new')({ component: NewPage });
export const Recap = createLazyRoute('/inside/live/$id/recap')({ component: RecapRoute });

function RecapRoute() {
  const { id } = Recap.useParams();
  return <RecapPage key={id} id={id} />;
}
