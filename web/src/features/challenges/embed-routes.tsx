import { createLazyRoute } from '@tanstack/react-router';
import { EmbedPage } from './EmbedPage';

export const EmbeddedBoard = createLazyRoute('/embed/boards/$token')({ component: EmbedRoute });

function EmbedRoute() {
  const { token } = EmbeddedBoard.useParams();
  return <EmbedPage token={token} />;
}
