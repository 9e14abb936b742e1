export const profile = {
  'profile.title': 'Profile',
  'profile.workouts': 'Workouts',
} as const;
