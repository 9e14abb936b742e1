import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useMe, usePreferences } from '../../api/session';
import { clock } from '../../format/duration';
import { t } from '../../locales/t';
import {
  changeDraft,
  clearDraft,
  dropEmptyDraft,
  isEmpty,
  useDraft,
  useDraftLoaded,
  type WorkoutInProgress,
} from '../../offline/drafts';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { Select, TextField } from '../../ui/Field';
import { Page } from '../../ui/Page';
import { Skeleton } from '../../ui/States';
import { useNow } from '../../ui/useNow';
import { Exercises } from './Exercises';
import { FinishDialog } from './FinishDialog';
import styles from './Log.module.css';
import { RestTimer } from './RestTimer';
import { saveWorkout } from './send';
import { begin, countSets, toEntries } from './strength';

const RESTS_S = [0, 30, 45, 60, 90, 120, 180, 240, 300] as const;

/** The running strength workout. It is kept with every tap. */
export function Strength() {
  const loaded = useDraftLoaded();
  const draft = useDraft();
  const { tz } = usePreferences();
  const [blank] = useState(() => begin(Date.now(), tz));
  useEffect(() => () => void dropEmptyDraft(), []);
  if (!loaded) {
    return (
      <Page title={t('log.strength')}>
        <Skeleton rows={2} height={9} />
      </Page>
    );
  }
  return (
    <Running draft={draft ?? blank} onChange={(change) => changeDraft(change, () => begin(Date.now(), tz))} />
  );
}

/** Nothing runs before there is a first exercise or a name. */
function Running({
  draft,
  onChange,
}: {
  draft: WorkoutInProgress;
  onChange: (change: (draft: WorkoutInProgress) => WorkoutInProgress) => void;
}) {
  const me = useMe();
  const { units } = usePreferences();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'finish' | 'discard' | null>(null);
  const elapsed = useNow() - Date.parse(draft.started_at);
  const { done } = countSets(draft);
  const running = !isEmpty(draft);
  const rest = (until: number | null) => onChange((now) => ({ ...now, rest_until: until }));
  const startRest = () =>
    onChange((now) => (now.rest_s > 0 ? { ...now, rest_until: Date.now() + now.rest_s * 1_000 } : now));

  async function discard() {
    await navigate({ to: '/' });
    await clearDraft();
  }

  return (
    <Page
      title={draft.title || t('log.strength')}
      lead={running && <span className="num">{clock(elapsed / 1_000)}</span>}
      actions={
        running && (
          <Button look="primary" onClick={() => setAsking('finish')}>
            {t('log.finish')}
          </Button>
        )
      }
    >
      <div className={styles.top}>
        <TextField
          label={t('log.name')}
          labelHidden
          placeholder={t('log.name.placeholder')}
          maxLength={120}
          value={draft.title}
          onChange={(event) => onChange((now) => ({ ...now, title: event.target.value }))}
        />
        <Select
          label={t('rest.length')}
          labelHidden
          value={draft.rest_s}
          onChange={(event) => onChange((now) => ({ ...now, rest_s: Number(event.target.value) }))}
        >
          {RESTS_S.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0 ? t('rest.none') : t('rest.seconds', { time: clock(seconds) })}
            </option>
          ))}
        </Select>
      </div>
      <Exercises draft={draft} onChange={onChange} onSetDone={startRest} />
      {running && (
        <div className={styles.under}>
          <Button look="ghost" onClick={() => setAsking('discard')}>
            {t('log.discard')}
          </Button>
        </div>
      )}
      {draft.rest_until !== null && (
        <RestTimer until={draft.rest_until} totalS={draft.rest_s} onChange={rest} />
      )}
      {asking === 'discard' && (
        <Confirm
          title={t('log.discard.sure')}
          action={t('log.discard.yes')}
          onConfirm={() => void discard()}
          onClose={() => setAsking(null)}
        >
          <p>{t('log.discard.text')}</p>
        </Confirm>
      )}
      {asking === 'finish' && (
        <FinishDialog
          title={draft.title}
          startedAt={draft.started_at}
          tz={draft.tz}
          durationS={Math.max(1, Math.round(elapsed / 1_000))}
          left={countSets(draft).left}
          nothing={done === 0}
          onClose={() => setAsking(null)}
          onSave={async (finish) => {
            const { id, tz } = draft;
            const exercises = toEntries(draft, units);
            await saveWorkout({ id, tz, sport: 'strength', exercises, ...finish }, me);
            await navigate({ to: '/workouts/$id', params: { id }, replace: true });
            await clearDraft();
          }}
        />
      )}
    </Page>
  );
}
