import { useCallback, useRef, useState } from 'react';
import { fieldErrors } from '../api/problems';
import { explain } from './explain';

/**
 * Sends a form: one at a time, with field errors from the problem's pointers. `message` is what belongs to
 * no field that is shown.
 */
export function useSubmit<A extends unknown[]>(send: (...args: A) => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [message, setMessage] = useState<string | null>(null);
  const running = useRef(false);
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
        setErrors(found);
        setMessage(Object.keys(found).length > 0 ? null : explain(error));
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [send],
  );
  return { submit, busy, errors, message, setErrors };
}
