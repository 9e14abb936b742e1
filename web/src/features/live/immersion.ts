import { useEffect } from 'react';

/** While a session fills the screen, the navigation under it is not there for keyboards and ears either. */
export function useImmersion(): void {
  useEffect(() => {
    const hidden = [...document.querySelectorAll<HTMLElement>('#root nav, #root aside')].filter(
      (element) => !element.closest('[data-immersed]') && !element.inert,
    );
    for (const element of hidden) element.inert = true;
    const { style } = document.documentElement;
    const { overflow, scrollbarGutter } = style;
    style.overflow = 'hidden';
    style.scrollbarGutter = 'auto';
    return () => {
      for (const element of hidden) element.inert = false;
      style.overflow = overflow;
      style.scrollbarGutter = scrollbarGutter;
    };
  }, []);
}
