import { useCallback, useRef, useState } from 'react';
import { fieldErrors } from '../api/problems';
import { explain } from './explain';
import { showFirstInvalid } from './firstInvalid';

const NONE: readonly string[] = [];

/**
 * Sends a form: one at a time, with field errors from the problem's pointers. `shown` names the fields that show
 * theirs; `message` says everything else, so that no refusal goes unsaid.
 */
export function useSubmit<A extends unknown[]>(
  send: (...args: A) => Promise<unknown>,
  shown: readonly string[] = NONE,
) {
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [message, setMessage] = useState<string | null>(null);
  const running = useRef(false);
  const fields = shown.join();
  const submit = useCallback(
    async (...args: A): Promise<boolean> => {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      setErrors({});
      setMessage(null);
      try {
        await send(...args);
        return true;
      } catch (error) {
        const found = fieldErrors(error);
        const visible = new Set(fields.split(','));
        const unsaid = Object.entries(found).filter(([field]) => !visible.has(field));
        setErrors(found);
        if (Object.keys(found).length > 0) showFirstInvalid();
        if (Object.keys(found).length === 0) setMessage(explain(error));
        else if (unsaid.length > 0)
          setMessage(unsaid.map(([field, detail]) => `${field}: ${detail}`).join(' '));
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [send, fields],
  );
  return { submit, busy, errors, message };
}
