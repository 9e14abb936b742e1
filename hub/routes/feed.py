"""Feeds, posts, kudos and comments."""

from datetime import datetime
from uuid import UUID

from litestar import Response, delete, get, post, put

from domain.feed import actions, queries
from domain.feed.model import Comment, CommentDraft, Post, PostDraft, Reactions
from domain.follows.access import sight_of
from domain.identity.model import Actor
from domain.pages import Page
from hub.policy import Permission, may, needs, reader_with
from hub.routes.paging import Cursor, Limit


@get("/api/feed", opt=needs(Permission.FEED_READ))
async def read_home(me: Actor, cursor: Cursor = None, limit: Limit = 20) -> Page[Post]:
    """My posts and those of whom I follow, newest first."""
    return await queries.read_home(reader=me.member_id, cursor=cursor, limit=limit)


@get("/api/members/{handle:str}/posts", opt=needs(Permission.PUBLIC))
async def list_posts(
    handle: str, actor: Actor | None, cursor: Cursor = None, limit: Limit = 20
) -> Page[Post]:
    """A member's posts, as far as the reader may see them, newest first."""
    reader = reader_with(actor, Permission.FEED_READ)
    return await queries.list_posts(
        await sight_of(handle, reader=reader), reader=reader, cursor=cursor, limit=limit
    )


@post("/api/posts", opt=needs(Permission.FEED_WRITE))
async def publish(data: PostDraft, me: Actor, now: datetime) -> Response[Post]:
    """Post a note. The same id again, as after a retry, answers 200 with what is stored."""
    written, is_new = await actions.publish(data, author_id=me.member_id, now=now)
    return Response(written, status_code=201 if is_new else 200)


@get("/api/posts/{post_id:uuid}", opt=needs(Permission.PUBLIC))
async def get_post(post_id: UUID, actor: Actor | None) -> Post:
    """One post."""
    return await queries.get_post(post_id, reader=reader_with(actor, Permission.FEED_READ))


@delete("/api/posts/{post_id:uuid}", opt=needs(Permission.FEED_WRITE))
async def delete_post(post_id: UUID, me: Actor) -> None:
    """Delete a post, with its kudos and comments."""
    await actions.delete_post(post_id, by=me.member_id, is_moderator=may(me, Permission.FEED_MODERATE))


@put("/api/posts/{post_id:uuid}/kudos", opt=needs(Permission.FEED_WRITE))
async def give_kudos(post_id: UUID, me: Actor, now: datetime) -> Reactions:
    """Give kudos, once."""
    return await actions.give_kudos(post_id, member_id=me.member_id, now=now)


@delete("/api/posts/{post_id:uuid}/kudos", status_code=200, opt=needs(Permission.FEED_WRITE))
async def take_back_kudos(post_id: UUID, me: Actor) -> Reactions:
    """Take kudos back."""
    return await actions.take_back_kudos(post_id, member_id=me.member_id)


@get("/api/posts/{post_id:uuid}/comments", opt=needs(Permission.PUBLIC))
async def list_comments(
    post_id: UUID, actor: Actor | None, cursor: Cursor = None, limit: Limit = 20
) -> Page[Comment]:
    """A post's comments, oldest first."""
    reader = reader_with(actor, Permission.FEED_READ)
    return await queries.list_comments(post_id, reader=reader, cursor=cursor, limit=limit)


@post("/api/posts/{post_id:uuid}/comments", opt=needs(Permission.FEED_WRITE))
async def comment(post_id: UUID, data: CommentDraft, me: Actor, now: datetime) -> Response[Comment]:
    """Say something about a post. The same id again answers 200 with what is stored."""
    written, is_new = await actions.comment(post_id, data, author_id=me.member_id, now=now)
    return Response(written, status_code=201 if is_new else 200)


@delete("/api/comments/{comment_id:uuid}", opt=needs(Permission.FEED_WRITE))
async def delete_comment(comment_id: UUID, me: Actor) -> None:
    """Delete a comment: mine, one on my post, or any as a moderator."""
    await actions.delete_comment(comment_id, by=me.member_id, is_moderator=may(me, Permission.FEED_MODERATE))


ROUTES = [
    read_home,
    list_posts,
    publish,
    get_post,
    delete_post,
    give_kudos,
    take_back_kudos,
    list_comments,
    comment,
    delete_comment,
]
