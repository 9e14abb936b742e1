import { Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Toasts } from '../ui/Toasts';

/** Around every screen, inside and outside. Another language draws everything anew. */
export function Root() {
  const [drawn, setDrawn] = useState(0);
  useEffect(() => {
    const again = () => setDrawn((times) => times + 1);
    window.addEventListener('pulsehub:language', again);
    return () => window.removeEventListener('pulsehub:language', again);
  }, []);
  return (
    <div key={drawn} style={{ display: 'contents' }}>
      <Outlet />
      <Toasts />
    </div>
  );
}
