import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/icons';
import { EmptyState } from '../../ui/States';
import { toast } from '../../ui/toast';

/** Nobody to show yet: the address of this hub, to be sent to those one trains with. */
export function Invite() {
  const address = window.location.origin;
  // On plain HTTP there is no clipboard: the address stands in the text.
  const canCopy = Boolean(navigator.clipboard);
  return (
    <EmptyState
      icon="people"
      title={t('people.invite.title')}
      action={
        canCopy && (
          <Button
            look="primary"
            onClick={() =>
              void navigator.clipboard.writeText(address).then(
                () => toast(t('people.invite.copied')),
                () => toast(address),
              )
            }
          >
            <Icon name="plus" size={18} />
            {t('people.invite.copy')}
          </Button>
        )
      }
    >
      {t('people.invite', { address })}
    </EmptyState>
  );
}
