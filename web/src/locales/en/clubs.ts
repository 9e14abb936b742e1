export const clubs = {
  'clubs.title': 'Clubs',
} as const;
