/** Deutsch. Es wird als Ganzes geholt; wo ein Wort fehlt, spricht Englisch. */
import { account } from './de/account';
import { challenges } from './de/challenges';
import { common } from './de/common';
import { community } from './de/community';
import { live } from './de/live';
import { log } from './de/log';
import type { Catalogue } from './t';

export { terms } from './de/terms';

export const de: Partial<Catalogue> = {
  ...common,
  ...community,
  ...log,
  ...account,
  ...live,
  ...challenges,
};
