import { createLazyRoute } from '@tanstack/react-router';
import { Feed as FeedScreen } from './Feed';
import { PostPage as PostScreen } from './PostPage';

export const Feed = createLazyRoute('/inside/feed')({ component: FeedScreen });
export const PostPage = createLazyRoute('/inside/posts/$id')({ component: PostScreen });
