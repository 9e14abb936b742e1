/** How long a session waits for what, and the close codes that it knows. */

export const WELCOME_WITHIN_MS = 10_000;
export const PROBE_WITHIN_MS = 4_000;
/** A socket that lives this long was a good one: the next trouble starts from a short wait again. */
export const STEADY_MS = 5_000;
/** The network's own good news is followed at once, but not more often than this. */
export const NUDGE_EVERY_MS = 2_000;
/** Our own word for a socket that fell silent. */
export const SILENT = 4_000;
/** Close codes from here on say: stay away. */
export const STAY_AWAY = 4_500;
/** One of them passes by itself: other tabs and devices close. */
export const CONNECTION_LIMIT = 4_504;
