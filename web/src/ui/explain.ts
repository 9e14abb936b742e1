/** An error in words for people. */
import { ProblemError, UnreachableError } from '../api/problems';
import { t } from '../locales/t';

export function explain(error: unknown): string {
  if (error instanceof UnreachableError) return t('error.network');
  if (!(error instanceof ProblemError)) return t('error.unexpected');
  if (error.status === 429) return t('error.too.many', { seconds: error.retryAfterS ?? 10 });
  if (error.status === 404) return t('error.not.found');
  if (error.status === 503) return t('error.unavailable');
  if (error.status >= 500) return t('error.unexpected');
  return error.problem.detail || error.problem.title;
}
