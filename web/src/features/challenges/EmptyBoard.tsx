import type { ChallengeState } from '../../api/gen';
import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { EmptyState } from '../../ui/States';

/** Nobody is on it. */
export function EmptyBoard({ state }: { state: ChallengeState }) {
  const isOpen = state === 'active' || state === 'provisional';
  return (
    <EmptyState
      icon="trophy"
      title={t('board.empty')}
      action={isOpen && <ButtonLink to="/log">{t('challenge.log')}</ButtonLink>}
    >
      {isOpen && t('board.empty.text')}
    </EmptyState>
  );
}
