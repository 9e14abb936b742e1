"""Write and delete posts and comments, give and take back kudos."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.database import Transaction
from domain.errors import FieldError
from domain.feed import queries
from domain.feed.errors import (
    NoSuchComment,
    NoSuchPost,
    NothingSaid,
    NotYours,
    PostFollowsWorkout,
    PostIdTaken,
)
from domain.feed.events import PostPublished, PostReacted, PostRemoved
from domain.feed.model import Comment, CommentDraft, Post, PostDraft, PostKind, Reactions
from domain.feed.posts import IS_SHOWN
from domain.feed.taken_back import blot_out
from domain.members import cards
from domain.members.model import MemberCard
from domain.visibility import Visibility

_PUBLISH = """
INSERT INTO post (id, author_id, kind, text, visibility, created_at)
VALUES ($1, $2, 'note', $3, $4, $5)
ON CONFLICT (id) DO NOTHING
RETURNING id
"""
_MINE = "SELECT FROM post WHERE id = $1 AND author_id = $2"
# Whoever reacts to a post or deletes it waits here for the others: the counts told are those stored.
_LOCK = f"""
SELECT author_id, kind, visibility, workout_id
FROM post
WHERE id = $1 AND {IS_SHOWN} AND may_see($2, author_id, visibility)
FOR NO KEY UPDATE
"""
_DELETE = "DELETE FROM post WHERE id = $1"
_GIVE = """
INSERT INTO kudos (post_id, member_id, created_at) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING post_id
"""
_TAKE_BACK = "DELETE FROM kudos WHERE post_id = $1 AND member_id = $2 RETURNING post_id"
_COMMENT = """
INSERT INTO comment (id, post_id, author_id, text, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO NOTHING
RETURNING id
"""
_COMMENT_THERE = "SELECT text, created_at FROM comment WHERE id = $1 AND post_id = $2 AND author_id = $3"
_COMMENT_BY = "SELECT post_id, author_id FROM comment WHERE id = $1 AND NOT are_apart($2, author_id)"
_UNCOMMENT = "DELETE FROM comment WHERE id = $1 RETURNING id"
_REACTIONS = """
SELECT post.kudos, post.comments,
    EXISTS (SELECT FROM kudos WHERE post_id = $1 AND member_id = $2) AS mine
FROM post WHERE post.id = $1
"""
_CARD = f"SELECT {cards.COLUMNS} FROM member WHERE id = $1"


async def publish(draft: PostDraft, *, author_id: UUID, now: datetime) -> tuple[Post, bool]:
    """Post a note; the same id again gives what is stored, and False. Raises NothingSaid, PostIdTaken."""
    text = _said(draft.text)
    async with database.transaction() as tx:
        written = await tx.connection.fetchval(_PUBLISH, draft.id, author_id, text, draft.visibility, now)
        if written is None:
            if await tx.connection.fetchrow(_MINE, draft.id, author_id) is None:
                raise PostIdTaken
            return await queries.get_post(draft.id, reader=author_id), False
        post = Post(
            id=draft.id,
            author=await _card(tx, author_id),
            kind=PostKind.NOTE,
            text=text,
            visibility=draft.visibility,
            created_at=now,
            kudos=0,
            comments=0,
        )
        if draft.visibility is not Visibility.PRIVATE:
            tx.record(PostPublished(post))
    return post, True


async def delete_post(post_id: UUID, *, by: UUID, is_moderator: bool) -> None:
    """Delete a note with its kudos and comments. Its author may, and a moderator who sees it.

    Raises NoSuchPost, NotYours, and PostFollowsWorkout for the post of the member's own workout. A moderator
    takes down a workout's post alone: the workout stays in its author's log.
    """
    async with database.transaction() as tx:
        post = await _lock(tx, post_id, by)
        if post["author_id"] != by and not is_moderator:
            raise NotYours
        if post["author_id"] == by and post["workout_id"] is not None:
            raise PostFollowsWorkout
        await tx.connection.execute(_DELETE, post_id)
        if post["visibility"] != Visibility.PRIVATE:
            removed = PostRemoved(post_id, post["author_id"])
            await blot_out(tx, post_id, author_id=removed.author_id, instead=removed)
            tx.record(removed)


async def give_kudos(post_id: UUID, *, member_id: UUID, now: datetime) -> Reactions:
    """Once is all there is: again changes nothing. Raises NoSuchPost."""
    async with database.transaction() as tx:
        post = await _lock(tx, post_id, member_id)
        is_new = await tx.connection.fetchval(_GIVE, post_id, member_id, now) is not None
        return await _react(tx, post, post_id, member_id, tell=is_new)


async def take_back_kudos(post_id: UUID, *, member_id: UUID) -> Reactions:
    """Fine if there were none. Raises NoSuchPost."""
    async with database.transaction() as tx:
        post = await _lock(tx, post_id, member_id)
        was_there = await tx.connection.fetchval(_TAKE_BACK, post_id, member_id) is not None
        return await _react(tx, post, post_id, member_id, tell=was_there)


async def comment(
    post_id: UUID, draft: CommentDraft, *, author_id: UUID, now: datetime
) -> tuple[Comment, bool]:
    """Say something about a post; the same id again gives what is stored, and False.

    Raises NoSuchPost, NothingSaid, PostIdTaken.
    """
    text = _said(draft.text)
    async with database.transaction() as tx:
        post = await _lock(tx, post_id, author_id)
        author = await _card(tx, author_id)
        written = await tx.connection.fetchval(_COMMENT, draft.id, post_id, author_id, text, now)
        if written is None:
            row = await tx.connection.fetchrow(_COMMENT_THERE, draft.id, post_id, author_id)
            if row is None:
                raise PostIdTaken
            return Comment(draft.id, post_id, author, row["text"], row["created_at"]), False
        said = Comment(draft.id, post_id, author, text, now)
        await _react(tx, post, post_id, author_id, tell=True, comment=said)
    return said, True


async def delete_comment(comment_id: UUID, *, by: UUID, is_moderator: bool) -> None:
    """Who wrote it may, whose post it is, and a moderator. Raises NoSuchComment, NotYours."""
    async with database.transaction() as tx:
        row = await tx.connection.fetchrow(_COMMENT_BY, comment_id, by)
        if row is None:
            raise NoSuchComment
        try:
            post = await _lock(tx, row["post_id"], by)
        except NoSuchPost as error:
            raise NoSuchComment from error
        if by not in (row["author_id"], post["author_id"]) and not is_moderator:
            raise NotYours
        if await tx.connection.fetchval(_UNCOMMENT, comment_id) is None:
            raise NoSuchComment
        await _react(tx, post, row["post_id"], by, tell=True)
        told = tx.events[-1]
        assert isinstance(told, PostReacted), "a reaction is told last"
        await blot_out(tx, comment_id, author_id=post["author_id"], instead=told)


async def _lock(tx: Transaction, post_id: UUID, reader: UUID) -> Any:
    row = await tx.connection.fetchrow(_LOCK, post_id, reader)
    if row is None:
        raise NoSuchPost
    return row


async def _react(
    tx: Transaction, post: Any, post_id: UUID, by: UUID, *, tell: bool, comment: Comment | None = None
) -> Reactions:
    """How the post stands now; those who may see it are told if something changed."""
    row = await tx.connection.fetchrow(_REACTIONS, post_id, by)
    reactions = Reactions(post_id, row["kudos"], row["comments"])
    if tell:
        visibility = Visibility(post["visibility"])
        tx.record(PostReacted(post["author_id"], visibility, reactions, await _card(tx, by), comment))
    return Reactions(post_id, row["kudos"], row["comments"], my_kudos=row["mine"])


async def _card(tx: Transaction, member_id: UUID) -> MemberCard:
    row: Any = await tx.connection.fetchrow(_CARD, member_id)
    return cards.card(row)


def _said(text: str) -> str:
    said = text.strip()
    if not said:
        raise NothingSaid(errors=(FieldError("/text", "only spaces"),))
    return said
