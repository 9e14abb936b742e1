import type { Preferences } from '../../api/gen';
import { changePreferences } from '../../api/members';
import { setMe, useMe, usePreferences } from '../../api/session';
import { explain } from '../../ui/explain';
import { toast } from '../../ui/toast';

/** Preferences, and how to change one: it takes effect at once, and goes back if the hub refuses. */
export function usePreference() {
  const me = useMe();
  const preferences = usePreferences();
  async function change(one: Partial<Preferences>) {
    const before = me.preferences;
    setMe((now) => ({ ...now, preferences: { ...preferences, ...one } }));
    try {
      await changePreferences({ ...preferences, ...one });
    } catch (error) {
      setMe((now) => ({ ...now, preferences: before }));
      toast(explain(error), { bad: true });
    }
  }
  return { preferences, change: (one: Partial<Preferences>) => void change(one) };
}
