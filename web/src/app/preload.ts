/** What has to work when the network goes away is fetched before it does: logging with its catalogue, and the log. */
import { queryClient } from '../api/client';
import { workoutQueries } from '../api/workouts';

const AFTER_MS = 2_500;

/** Once, when the browser has nothing better to do. Failing costs nothing: it is tried when it is needed. */
export function preloadForOffline(): () => void {
  const timer = setTimeout(() => {
    void Promise.allSettled([
      import('../features/log/routes'),
      import('../features/log/workout-routes'),
      import('../features/today/routes'),
      queryClient.prefetchQuery(workoutQueries.exercises()),
    ]);
  }, AFTER_MS);
  return () => clearTimeout(timer);
}
