import { Outlet } from '@tanstack/react-router';

/** The frame of every screen for members. */
export function Shell() {
  return (
    <main id="main">
      <Outlet />
    </main>
  );
}
