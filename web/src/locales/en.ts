/**
 * English: the source of every key. Each part of the application keeps its own words. Those of `PARTS` come
 * with the screens that speak them; the others are there from the start.
 */
import type { auth } from './en/auth';
import type { challenges } from './en/challenges';
import { clubs } from './en/clubs';
import { common } from './en/common';
import { feed } from './en/feed';
import type { live } from './en/live';
import { log } from './en/log';
import { profile } from './en/profile';
import type { settings } from './en/settings';
import { today } from './en/today';

export const en = { ...common, ...today, ...feed, ...log, ...profile, ...clubs } as const;

export const PARTS = {
  auth: () => import('./en/auth').then((m) => m.auth),
  settings: () => import('./en/settings').then((m) => m.settings),
  live: () => import('./en/live').then((m) => m.live),
  challenges: () => import('./en/challenges').then((m) => m.challenges),
} as const;

export type Words = typeof en & typeof auth & typeof settings & typeof live & typeof challenges;
