/** What a demo hub shows through its window, before anybody has come in. */
import { queryOptions } from '@tanstack/react-query';
import type { Glimpse } from './gen';
import { request } from './request';

const AGAIN_MS = 2_500;

export const glimpseQuery = () =>
  queryOptions({
    queryKey: ['glimpse'],
    queryFn: ({ signal }) => request<Glimpse>('GET', '/api/demo/glimpse', { signal }),
    refetchInterval: AGAIN_MS,
    retry: false,
  });
