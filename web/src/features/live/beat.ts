/** One beat a second for everything in a room that has to look again. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

export function onBeat(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const one of [...listeners]) one();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}
