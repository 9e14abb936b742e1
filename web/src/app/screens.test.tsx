// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { queryClient } from '../api/client';
import { completeBrowser, SilentSocket } from '../testing/browser';
import { answers, CHALLENGE, hubFetch, ME, POST, WORKOUT } from '../testing/hub';
import { makeRouter } from './router';

beforeAll(completeBrowser);
beforeEach(() => vi.stubGlobal('WebSocket', SilentSocket));
afterEach(() => {
  cleanup();
  queryClient.clear();
  localStorage.clear();
  vi.unstubAllGlobals();
});

async function open(path: string, me: typeof ME | null): Promise<HTMLElement> {
  vi.stubGlobal('fetch', hubFetch(answers(me)));
  const router = makeRouter(createMemoryHistory({ initialEntries: [path] }));
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  const heading = await screen.findByRole('heading', { level: 1 }, { timeout: 8_000 });
  await waitFor(() => expect(screen.queryAllByLabelText('Loading')).toEqual([]));
  return heading;
}

async function problems(): Promise<string[]> {
  // Colours and sizes need a real browser; they are looked at there.
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false }, 'target-size': { enabled: false } },
  });
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}

it.each(['/welcome', '/sign-in', '/register'])('a visitor can use %s without seeing it', async (path) => {
  const heading = await open(path, null);
  expect(heading.textContent).not.toBe('');
  expect(await problems()).toEqual([]);
});

it.each([
  '/',
  '/feed',
  '/feed?compose=true',
  `/posts/${POST.id}`,
  '/log',
  '/log/strength',
  '/log/endurance?sport=ride',
  '/workouts',
  `/workouts/${WORKOUT.id}`,
  `/workouts/${WORKOUT.id}/edit`,
  '/exercises',
  '/exercises/back-squat',
  '/you',
  '/members',
  '/members/mara',
  '/members/mara/following',
  '/follow-requests',
  '/clubs',
  '/clubs/new',
  '/settings',
  '/settings/profile',
  '/settings/preferences',
  '/settings/privacy',
  '/settings/account',
  '/settings/tokens',
  '/settings/sync',
  '/live',
  '/live/new',
  '/challenges',
  '/challenges/new',
  '/fair-play',
  '/fair-play/queue',
  `/challenges/${CHALLENGE.id}`,
])('a member can use %s without seeing it', async (path) => {
  const heading = await open(path, ME);
  expect(heading.textContent).not.toBe('');
  expect(document.title).toContain('Pulsehub');
  expect(await problems()).toEqual([]);
});

it('sends a visitor to the door, and remembers where they wanted to go', async () => {
  const heading = await open('/workouts', null);
  expect(heading.textContent).toBe('Welcome back');
});

it('says so when there is nothing at an address', async () => {
  const heading = await open('/nowhere', ME);
  expect(heading.textContent).toBe('Nothing here');
});
