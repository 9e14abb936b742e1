// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { begin } from '../features/log/strength';
import { changeDraft, clearDraft, dropEmptyDraft, loadDraft, useDraft, useRunning } from './drafts';

const LONG_AGO = 1_000;
const old = () => begin(LONG_AGO, 'UTC');

beforeEach(() => loadDraft('a member'));
afterEach(async () => {
  cleanup();
  await clearDraft();
});

it('does not run before there is something in it, and is dropped when it is left so', async () => {
  const { result } = renderHook(() => ({ draft: useDraft(), running: useRunning() }));
  act(() => changeDraft((draft) => ({ ...draft, rest_s: 30 }), old));
  expect(result.current.draft?.rest_s).toBe(30);
  expect(result.current.running).toBeNull();
  await act(dropEmptyDraft);
  expect(result.current.draft).toBeNull();
});

it('starts with its name, and is kept from then on', async () => {
  const { result } = renderHook(useRunning);
  const before = Date.now();
  act(() => changeDraft((draft) => ({ ...draft, title: 'Legs' }), old));
  const started = result.current?.started_at ?? '';
  expect(Date.parse(started)).toBeGreaterThanOrEqual(before);
  await act(dropEmptyDraft);
  act(() => changeDraft((draft) => ({ ...draft, title: 'Leg day' }), old));
  expect(result.current).toMatchObject({ title: 'Leg day', started_at: started });
});
