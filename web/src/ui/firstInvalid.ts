/** No form fails where nobody looks: after a failed check, the first wrong field is opened, focused and in view. */

let submitted: WeakRef<HTMLElement> | null = null;

function unfold(element: Element): void {
  for (let at = element.closest('details'); at; at = at.parentElement?.closest('details') ?? null)
    at.open = true;
}

/** In the form that was sent last; after the next drawing, when its errors are there. */
export function showFirstInvalid(): void {
  requestAnimationFrame(() => {
    const wrong = submitted?.deref()?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (!wrong) return;
    unfold(wrong);
    wrong.focus();
  });
}

/** Once, for every form of the application. */
export function watchForms(): void {
  document.addEventListener('submit', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    submitted = new WeakRef(target);
    showFirstInvalid();
  });
  // What the browser itself refuses, it can show only where nothing hides it.
  document.addEventListener(
    'invalid',
    ({ target }) => {
      if (target instanceof Element) unfold(target);
    },
    { capture: true },
  );
}
