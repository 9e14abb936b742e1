/** The home feed, posts, kudos and comments. Own writes change the cache from the answer: no second read. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { orCopy } from '../offline/documents';
import { queryClient } from './client';
import type { Comment, CommentDraft, Post, PostDraft, Reactions } from './gen';
import { mapPages, type Pages, putInOrder } from './pages';
import { type PageOf, request } from './request';

function feedPage(cursor: string | null, signal: AbortSignal): Promise<PageOf<Post>> {
  return request<PageOf<Post>>('GET', '/api/feed', { query: { cursor, limit: 20 }, signal });
}

export const feedQueries = {
  home: () =>
    infiniteQueryOptions({
      queryKey: ['feed'],
      queryFn: ({ pageParam, signal }) =>
        pageParam === null ? orCopy('feed', () => feedPage(null, signal)) : feedPage(pageParam, signal),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    }),
  post: (id: string) =>
    queryOptions({
      queryKey: ['post', id],
      queryFn: ({ signal }) => request<Post>('GET', `/api/posts/${id}`, { signal }),
    }),
  comments: (postId: string) =>
    infiniteQueryOptions({
      queryKey: ['post', postId, 'comments'],
      queryFn: ({ pageParam, signal }) =>
        request<PageOf<Comment>>('GET', `/api/posts/${postId}/comments`, {
          query: { cursor: pageParam },
          signal,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    }),
};

/** Apply a change to a post wherever it is shown: the feed, profiles, its own page. */
function changePost(id: string, change: (post: Post) => Post): void {
  queryClient.setQueryData(feedQueries.post(id).queryKey, (post) => post && change(post));
  everyList((posts) =>
    posts.some((post) => post.id === id) ? posts.map((p) => (p.id === id ? change(p) : p)) : posts,
  );
}

export function removePost(id: string): void {
  queryClient.removeQueries({ queryKey: feedQueries.post(id).queryKey });
  everyList((posts) => posts.filter((post) => post.id !== id));
}

/** Put a post at its place in the home feed, or replace what is there. */
export function placePost(post: Post): void {
  queryClient.setQueryData(feedQueries.home().queryKey, (pages) => pages && placed(pages, post));
  queryClient.setQueryData(
    feedQueries.post(post.id).queryKey,
    (old) => old && { ...post, my_kudos: old.my_kudos ?? false },
  );
}

/** At its place by `created_at`; a known post keeps what only its reader knows. */
export function placed(pages: Pages<Post>, post: Post): Pages<Post> {
  const known = pages.pages.flatMap((page) => page.items).find(({ id }) => id === post.id);
  const shown = known ? { ...post, my_kudos: known.my_kudos ?? false } : post;
  return putInOrder(pages, shown, ({ created_at }) => created_at);
}

function everyList(change: (posts: Post[]) => Post[]): void {
  const lists = queryClient.getQueriesData<Pages<Post>>({
    predicate: ({ queryKey: [kind, , list] }) => kind === 'feed' || (kind === 'member' && list === 'posts'),
  });
  for (const [key, pages] of lists) {
    if (!pages?.pages) continue;
    queryClient.setQueryData(key, mapPages(pages, change));
  }
}

/** Show how a post stands; `my_kudos` only if the answer was to me. */
export function applyReactions(reactions: Reactions, mine: boolean): void {
  const { post_id, kudos, comments, my_kudos } = reactions;
  changePost(post_id, (post) => ({
    ...post,
    kudos,
    comments,
    my_kudos: mine ? (my_kudos ?? false) : (post.my_kudos ?? false),
  }));
}

/** Give or take kudos: shown at once, put right by the answer. */
export async function setKudos(post: Post, given: boolean): Promise<void> {
  changePost(post.id, (p) => ({ ...p, my_kudos: given, kudos: Math.max(0, p.kudos + (given ? 1 : -1)) }));
  try {
    applyReactions(await request<Reactions>(given ? 'PUT' : 'DELETE', `/api/posts/${post.id}/kudos`), true);
  } catch (error) {
    changePost(post.id, (p) => ({ ...p, my_kudos: !given, kudos: Math.max(0, p.kudos + (given ? -1 : 1)) }));
    throw error;
  }
}

export async function publishPost(body: PostDraft): Promise<Post> {
  const post = await request<Post>('POST', '/api/posts', { body });
  placePost(post);
  return post;
}

export async function deletePost(id: string): Promise<void> {
  await request<null>('DELETE', `/api/posts/${id}`);
  removePost(id);
}

export async function comment(postId: string, body: CommentDraft): Promise<Comment> {
  const made = await request<Comment>('POST', `/api/posts/${postId}/comments`, { body });
  if (placeComment(made)) changePost(postId, (post) => ({ ...post, comments: post.comments + 1 }));
  return made;
}

/** Append a comment where its post is open; whether it was new there. */
export function placeComment(made: Comment): boolean {
  let added = true;
  queryClient.setQueryData(feedQueries.comments(made.post_id).queryKey, (pages) => {
    const last = pages?.pages.at(-1);
    if (!pages || !last) return pages;
    added = !pages.pages.some((page) => page.items.some(({ id }) => id === made.id));
    if (!added || last.next_cursor) return pages;
    return { ...pages, pages: [...pages.pages.slice(0, -1), { ...last, items: [...last.items, made] }] };
  });
  return added;
}

export async function deleteComment(made: Comment): Promise<void> {
  await request<null>('DELETE', `/api/comments/${made.id}`);
  queryClient.setQueryData(
    feedQueries.comments(made.post_id).queryKey,
    (pages) => pages && mapPages(pages, (items) => items.filter(({ id }) => id !== made.id)),
  );
  changePost(made.post_id, (post) => ({ ...post, comments: Math.max(0, post.comments - 1) }));
}
