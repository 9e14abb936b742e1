export const log = {
  'log.title': 'Log',
  'log.running': 'Workout in progress',
} as const;
