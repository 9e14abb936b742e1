import { useRef, useState } from 'react';
import type { Preferences } from '../../api/gen';
import { changePreferences } from '../../api/members';
import { setMe, useMe, usePreferences } from '../../api/session';
import { explain } from '../../ui/explain';
import { toast } from '../../ui/toast';

/** Preferences, and how to change one: it takes effect at once, and goes back if the hub refuses. */
export function usePreference() {
  const me = useMe();
  const stored = usePreferences();
  // The cache tells its readers a moment later; a control has to show its new state in the same event.
  const [chosen, setChosen] = useState<Partial<Preferences>>({});
  const changes = useRef(0);
  const preferences = { ...stored, ...chosen };
  async function change(one: Partial<Preferences>) {
    const mine = ++changes.current;
    const before = me.preferences;
    const wanted = { ...preferences, ...one };
    setChosen((was) => ({ ...was, ...one }));
    setMe((now) => ({ ...now, preferences: wanted }));
    try {
      await changePreferences(wanted);
    } catch (error) {
      setMe((now) => ({ ...now, preferences: before }));
      toast(explain(error), { bad: true });
    }
    if (mine === changes.current) setChosen({});
  }
  return { preferences, change: (one: Partial<Preferences>) => void change(one) };
}
