/** The words of challenges. */
export const challenges = {
  'challenges.title': 'Challenges',
  'challenges.new': 'New challenge',
} as const;
