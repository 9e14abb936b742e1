import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useMe, usePreferences } from '../../api/session';
import { uuid7 } from '../../api/uuid7';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';
import { EnduranceForm } from './EnduranceForm';
import { blank, ENDURANCE } from './endurance';
import { saveWorkout } from './send';

/** Log a run, a ride or anything that is not sets. */
export function Endurance() {
  const me = useMe();
  const navigate = useNavigate();
  const { tz, workout_visibility } = usePreferences();
  const wanted = useSearch({ from: '/inside/log/endurance' }).sport;
  const sport = ENDURANCE.find((one) => one === wanted) ?? 'run';
  const [id] = useState(() => uuid7());
  return (
    <Page title={t('log.title')} back>
      <EnduranceForm
        key={sport}
        id={id}
        initial={blank(sport, tz, Date.now(), workout_visibility)}
        onSave={async (draft) => {
          await saveWorkout(draft, me);
          await navigate({ to: '/workouts/$id', params: { id }, replace: true });
        }}
      />
    </Page>
  );
}
