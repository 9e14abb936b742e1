/** The query client: one cache of what the hub said, shared by every screen. */
import { QueryClient } from '@tanstack/react-query';
import { isTransient } from './problems';

const RETRIES = 2;

/** Live channels keep the cache fresh; without them, what is older than this is read again when it is shown. */
const STALE_MS = 30_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'offlineFirst',
      staleTime: STALE_MS,
      gcTime: 15 * 60_000,
      retry: (failures, error) => failures < RETRIES && isTransient(error),
      retryDelay: (failures) => Math.random() * 1_000 * 2 ** failures,
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always' },
  },
});
