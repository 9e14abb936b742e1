import { useMutation } from '@tanstack/react-query';
import { createEmbed, revokeEmbed } from '../../api/boards';
import type { Challenge } from '../../api/gen';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { toast } from '../../ui/toast';
import { CopyField } from './InviteLink';
import styles from './Participation.module.css';

/** The board for other websites: a link that everybody may open, until it is revoked. */
export function EmbedSheet({ challenge, onClose }: { challenge: Challenge; onClose: () => void }) {
  const make = useMutation({
    mutationFn: () => createEmbed(challenge.id),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  const revoke = useMutation({
    mutationFn: () => revokeEmbed(challenge.id),
    onSuccess: () => {
      toast(t('embed.revoked'));
      onClose();
    },
    onError: (error) => toast(explain(error), { bad: true }),
  });
  return (
    <Dialog title={t('manage.embed')} onClose={onClose}>
      <div className={styles.panel}>
        <p className={styles.text}>{t('embed.text')}</p>
        {make.data ? (
          <Links path={make.data.path} title={challenge.title} />
        ) : (
          <Button look="primary" wide busy={make.isPending} onClick={() => make.mutate()}>
            {t('embed.make')}
          </Button>
        )}
        <Button look="ghost" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('embed.revoke')}
        </Button>
      </div>
    </Dialog>
  );
}

function Links({ path, title }: { path: string; title: string }) {
  const url = `${location.origin}${path}`;
  const named = title.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return (
    <>
      <CopyField label={t('embed.link')} value={url} />
      <CopyField
        label={t('embed.code')}
        value={`<iframe src="${url}" title="${named}" width="100%" height="480" style="border:0"></iframe>`}
      />
    </>
  );
}
