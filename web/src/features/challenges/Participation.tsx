import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changeParticipation } from '../../api/challenges';
import type { Challenge, ParticipationChange, Units } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { decimal, parseDecimal } from '../../format/number';
import { fromKg, toKg, weightUnit } from '../../format/units';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { Switch, TextField } from '../../ui/Field';
import { toast } from '../../ui/toast';
import { InviteLink } from './InviteLink';
import styles from './Participation.module.css';

/** How I take part: seen or not, under which name, of what weight; and who else may come. */
export function Participation({ challenge, onClose }: { challenge: Challenge; onClose: () => void }) {
  const { units } = usePreferences();
  const { me } = challenge;
  const change = useMutation({
    mutationFn: (body: ParticipationChange) => changeParticipation(challenge.id, body),
    onSuccess: () => toast(t('part.saved')),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  if (!me) return null;
  const weighs = challenge.kind === 'best_lift' && challenge.terms.relative === true;
  return (
    <Dialog title={t('part.title')} onClose={onClose}>
      <div className={styles.panel}>
        <Switch
          label={t('part.hidden')}
          hint={t('part.hidden.hint')}
          checked={me.hidden}
          onChange={(event) => change.mutate({ hidden: event.target.checked })}
        />
        <Alias alias={me.alias} busy={change.isPending} onSave={(alias) => change.mutate({ alias })} />
        {weighs && (
          <Weight
            kg={me.body_weight_kg}
            units={units}
            onSave={(body_weight_kg) => change.mutate({ body_weight_kg })}
          />
        )}
        {challenge.state !== 'ended' && <InviteLink challenge={challenge} />}
      </div>
    </Dialog>
  );
}

function Alias({
  alias,
  busy,
  onSave,
}: {
  alias: string | null;
  busy: boolean;
  onSave: (alias: string | null) => void;
}) {
  const [typed, setTyped] = useState(alias ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(typed.trim() || null);
  };
  return (
    <form className={styles.alias} onSubmit={submit}>
      <TextField
        label={t('part.alias')}
        hint={t('part.alias.hint')}
        value={typed}
        maxLength={40}
        onChange={(event) => setTyped(event.target.value)}
      />
      {typed.trim() !== (alias ?? '') && (
        <Button type="submit" look="primary" busy={busy}>
          {t('part.alias.save')}
        </Button>
      )}
    </form>
  );
}

function Weight({
  kg,
  units,
  onSave,
}: {
  kg: number | null;
  units: Units;
  onSave: (kg: number | null) => void;
}) {
  const [typed, setTyped] = useState(kg === null ? '' : decimal(fromKg(kg, units), 1));
  const value = typed.trim() === '' ? null : parseDecimal(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(value === null ? null : toKg(value, units));
  };
  return (
    <form className={styles.alias} onSubmit={submit}>
      <TextField
        label={t('part.weight')}
        hint={t('part.weight.hint')}
        suffix={weightUnit(units)}
        inputMode="decimal"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button type="submit" look="primary">
        {t('part.weight.save')}
      </Button>
    </form>
  );
}
