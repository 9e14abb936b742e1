import { useEffect } from 'react';

/** While a session fills the screen, the navigation under it is not there for keyboards and ears either. */
export function useImmersion(): void {
  useEffect(() => {
    const hidden = [...document.querySelectorAll<HTMLElement>('#root nav, #root aside')].filter(
      (element) => !element.closest('[data-immersed]') && !element.inert,
    );
    for (const element of hidden) element.inert = true;
    const { overflow } = document.documentElement.style;
    document.documentElement.style.overflow = 'hidden';
    return () => {
      for (const element of hidden) element.inert = false;
      document.documentElement.style.overflow = overflow;
    };
  }, []);
}
