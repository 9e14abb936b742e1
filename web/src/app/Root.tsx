import { Outlet } from '@tanstack/react-router';
import { Toasts } from '../ui/Toasts';

/** Around every screen, inside and outside. */
export function Root() {
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  );
}
