import { createLazyRoute } from '@tanstack/react-router';
import { Suspense } from 'react';
import { Skeleton } from '../../ui/States';
import { SessionScreen } from './SessionScreen';

export const Session = createLazyRoute('/inside/live/$id')({ component: SessionRoute });

function SessionRoute() {
  const { id } = Session.useParams();
  const { view } = Session.useSearch();
  return (
    <Suspense fallback={<Skeleton rows={3} height={12} />}>
      <SessionScreen key={id} id={id} wall={view === 'wall'} />
    </Suspense>
  );
}
