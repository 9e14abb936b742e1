/** The account behind the member: password, devices, personal access tokens. */
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './client';
import type { Device, NewToken, PasswordChange, Token, TokenDraft } from './gen';
import { request } from './request';

export const accountQueries = {
  devices: () =>
    queryOptions({
      queryKey: ['devices'],
      queryFn: ({ signal }) => request<Device[]>('GET', '/api/me/devices', { signal }),
    }),
  tokens: () =>
    queryOptions({
      queryKey: ['tokens'],
      queryFn: ({ signal }) => request<Token[]>('GET', '/api/me/tokens', { signal }),
    }),
};

export async function changePassword(body: PasswordChange): Promise<void> {
  await request<null>('PUT', '/api/me/password', { body });
  void queryClient.invalidateQueries({ queryKey: accountQueries.devices().queryKey });
}

export async function endDevice(id: string): Promise<void> {
  await request<null>('DELETE', `/api/me/devices/${id}`);
  queryClient.setQueryData(accountQueries.devices().queryKey, (all) => all?.filter((one) => one.id !== id));
}

export async function createToken(body: TokenDraft): Promise<NewToken> {
  const made = await request<NewToken>('POST', '/api/me/tokens', { body });
  queryClient.setQueryData(accountQueries.tokens().queryKey, (all) => all && [made.token, ...all]);
  return made;
}

export async function revokeToken(id: string): Promise<void> {
  await request<null>('DELETE', `/api/me/tokens/${id}`);
  queryClient.setQueryData(accountQueries.tokens().queryKey, (all) => all?.filter((one) => one.id !== id));
}
