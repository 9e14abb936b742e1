/** English: the source of every key. Each part of the application keeps its own words. */
import { auth } from './en/auth';
import { challenges } from './en/challenges';
import { clubs } from './en/clubs';
import { common } from './en/common';
import { feed } from './en/feed';
import { live } from './en/live';
import { log } from './en/log';
import { profile } from './en/profile';
import { settings } from './en/settings';
import { today } from './en/today';

export const en = {
  ...common,
  ...auth,
  ...today,
  ...feed,
  ...log,
  ...profile,
  ...clubs,
  ...settings,
  ...live,
  ...challenges,
} as const;
