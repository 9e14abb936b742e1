"""A workout's post follows its workout: same author, same visibility, gone when it is gone.

A private workout has no post that anybody is shown. One that turns private keeps its row, so that kudos and
comments are there again when it is shared again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain.database import Transaction
from domain.feed.events import PostChanged, PostPublished, PostRemoved
from domain.feed.model import Post, PostKind
from domain.feed.taken_back import blot_out
from domain.visibility import Visibility
from domain.workouts.model import Workout, WorkoutSummary

_COLUMNS = "id, created_at, kudos, comments"
_SHARE = f"""
INSERT INTO post (author_id, workout_id, kind, text, visibility, created_at)
SELECT author_id, workout_id, 'workout', '', visibility, created_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])
    AS shared (author_id, workout_id, visibility, created_at)
ON CONFLICT (workout_id) DO UPDATE SET visibility = excluded.visibility
RETURNING workout_id, {_COLUMNS}
"""
_KEEP = f"UPDATE post SET visibility = $2 WHERE workout_id = $1 RETURNING {_COLUMNS}"
_HIDE = "UPDATE post SET visibility = 'private' WHERE workout_id = $1 RETURNING id"
_DELETE = "DELETE FROM post WHERE workout_id = $1 RETURNING id, visibility"


class Logged(Struct, frozen=True):
    """A workout that is logged, and where its post stands in the feed."""

    workout: Workout
    summary: WorkoutSummary
    posted_at: datetime


_REACH = {Visibility.PRIVATE: 0, Visibility.FOLLOWERS: 1, Visibility.PUBLIC: 2}


async def workout_logged(
    tx: Transaction, workout: Workout, *, summary: WorkoutSummary, now: datetime
) -> None:
    await workouts_logged(tx, [Logged(workout, summary, now)])


async def workouts_logged(tx: Transaction, logged: Iterable[Logged]) -> None:
    """Many of them at once."""
    shared = [one for one in logged if one.workout.visibility is not Visibility.PRIVATE]
    if shared:
        await _share(tx, shared)


async def workout_edited(
    tx: Transaction,
    workout: Workout,
    *,
    summary: WorkoutSummary,
    before: WorkoutSummary,
    was: Visibility,
    now: datetime,
) -> None:
    """`before` and `was` are what the post showed and to whom, until now."""
    if workout.visibility is Visibility.PRIVATE:
        if was is not Visibility.PRIVATE:
            post_id = await tx.connection.fetchval(_HIDE, workout.id)
            if post_id is not None:
                await _remove(tx, post_id, workout.author.id)
    elif was is Visibility.PRIVATE:
        await _share(tx, [Logged(workout, summary, now)])
    elif (workout.visibility, summary) != (was, before):
        await _change(tx, workout, summary, was)


async def workout_deleted(tx: Transaction, workout_id: UUID, *, author_id: UUID) -> None:
    row = await tx.connection.fetchrow(_DELETE, workout_id)
    if row is not None and row["visibility"] != Visibility.PRIVATE:
        await _remove(tx, row["id"], author_id)


async def _remove(tx: Transaction, post_id: UUID, author_id: UUID) -> None:
    removed = PostRemoved(post_id, author_id)
    await blot_out(tx, post_id, author_id=author_id, instead=removed)
    tx.record(removed)


async def _share(tx: Transaction, shared: Sequence[Logged]) -> None:
    rows = await tx.connection.fetch(
        _SHARE,
        [one.workout.author.id for one in shared],
        [one.workout.id for one in shared],
        [one.workout.visibility for one in shared],
        [one.posted_at for one in shared],
    )
    posts = {row["workout_id"]: row for row in rows}
    for one in shared:
        tx.record(PostPublished(_post(posts[one.workout.id], one.workout, one.summary)))


async def _change(tx: Transaction, workout: Workout, summary: WorkoutSummary, was: Visibility) -> None:
    row = await tx.connection.fetchrow(_KEEP, workout.id, workout.visibility)
    if row is None:
        return  # a moderator took it down, and editing the workout does not bring it back
    post = _post(row, workout, summary)
    reaches_more = _REACH[workout.visibility] > _REACH[was]
    tx.record(PostPublished(post) if reaches_more else PostChanged(post))


def _post(row: Any, workout: Workout, summary: WorkoutSummary) -> Post:
    return Post(
        id=row["id"],
        author=workout.author,
        kind=PostKind.WORKOUT,
        text="",
        visibility=workout.visibility,
        created_at=row["created_at"],
        kudos=row["kudos"],
        comments=row["comments"],
        workout=summary,
    )
