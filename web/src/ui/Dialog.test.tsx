// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { completeBrowser } from '../testing/browser';
import { Dialog } from './Dialog';

beforeAll(completeBrowser);
afterEach(cleanup);

const page = (open: boolean) => (
  <>
    <button type="button">Open</button>
    {open && (
      <Dialog title="Sure?" onClose={() => undefined}>
        Text
      </Dialog>
    )}
  </>
);

it('gives the focus back to where it was when it goes', () => {
  const { getByText, rerender } = render(page(false));
  getByText('Open').focus();
  rerender(page(true));
  expect(document.activeElement?.tagName).toBe('H2');
  rerender(page(false));
  expect(document.activeElement?.textContent).toBe('Open');
});
