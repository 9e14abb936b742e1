/** The words of live sessions. */
export const live = {
  'live.title': 'Live',
  'live.new': 'Start a live session',
  'live.recap': 'Recap',
} as const;
