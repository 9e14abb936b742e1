/** Saving a workout: it stands in the log at once, and is sent through the outbox. */
import type { Me, Workout, WorkoutDraft } from '../../api/gen';
import { placeWorkout, removeWorkout } from '../../api/workouts';
import { t } from '../../locales/t';
import { put } from '../../offline/drain';
import { expected } from '../../offline/pending';
import { toast } from '../../ui/toast';

export async function saveWorkout(draft: WorkoutDraft, me: Me, was?: Workout): Promise<void> {
  const path = was ? `/api/workouts/${draft.id}` : '/api/workouts';
  const verb = was ? 'replace' : 'create';
  const method = was ? 'PUT' : 'POST';
  await put({ member_id: me.id, subject: draft.id, verb, method, path, body: draft });
  placeWorkout(expected(draft, me, was));
  toast(t(navigator.onLine ? 'log.saved' : 'log.saved.offline'));
}

export async function deleteWorkout(id: string, me: Me): Promise<void> {
  await put({
    member_id: me.id,
    subject: id,
    verb: 'delete',
    method: 'DELETE',
    path: `/api/workouts/${id}`,
    body: null,
  });
  removeWorkout(id);
  toast(t('workout.deleted'));
}
