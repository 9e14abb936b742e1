import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { EmptyState } from '../../ui/States';

/** Nobody has done anything that counts. */
export function EmptyBoard() {
  return (
    <EmptyState
      icon="trophy"
      title={t('board.empty')}
      action={<ButtonLink to="/log">{t('challenge.log')}</ButtonLink>}
    >
      {t('board.empty.text')}
    </EmptyState>
  );
}
