/** Lengths of time: shown on a clock or in words, read as they are typed. */

const pad = (value: number) => String(value).padStart(2, '0');

/** 3723 is "1:02:03", 95 is "1:35". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60), whole % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** 3723 is "1h 2m", 95 is "2m": for sums, where seconds say nothing. */
export function brief(seconds: number): string {
  const minutes = Math.round(Math.max(0, seconds) / 60);
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  if (h === 0) return `${m}m`;
  return m === 0 ? `${h}h` : `${h}h\u00a0${m}m`;
}

/** "45" are minutes, "45:30" minutes and seconds, "1:02:03" hours first; "1h 5m 10s" works too. */
export function parseDuration(typed: string): number | null {
  const text = typed.trim().toLowerCase();
  if (/^\d+(?:[.,]\d+)?$/u.test(text)) return Math.round(Number(text.replace(',', '.')) * 60);
  const parts = /^(\d+):([0-5]?\d)(?::([0-5]\d))?$/u.exec(text);
  if (parts) {
    const [a, b, c] = [Number(parts[1]), Number(parts[2]), parts[3]];
    return c === undefined ? a * 60 + b : a * 3_600 + b * 60 + Number(c);
  }
  const named = /^(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?\s*(?:(\d+)\s*s)?$/u.exec(text);
  if (!named || text === '') return null;
  return Number(named[1] ?? 0) * 3_600 + Number(named[2] ?? 0) * 60 + Number(named[3] ?? 0);
}
