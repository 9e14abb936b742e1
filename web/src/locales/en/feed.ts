export const feed = {
  'feed.title': 'Feed',
} as const;
