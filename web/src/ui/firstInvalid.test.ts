// @vitest-environment jsdom
import { beforeAll, expect, it, vi } from 'vitest';
import { showFirstInvalid, watchForms } from './firstInvalid';

beforeAll(watchForms);

function send(html: string): HTMLFormElement {
  document.body.innerHTML = `<form>${html}</form>`;
  const form = document.querySelector('form') as HTMLFormElement;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.requestSubmit();
  return form;
}

it('focuses the first field that is wrong, and opens what hides it', async () => {
  send(
    '<input id="fine"><details><input id="wrong" aria-invalid="true"></details><input aria-invalid="true">',
  );
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('wrong'));
  expect(document.querySelector('details')?.open).toBe(true);
});

it('finds in the same form what was refused later', async () => {
  const form = send('<input id="name">');
  form.querySelector('input')?.setAttribute('aria-invalid', 'true');
  showFirstInvalid();
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('name'));
});
