"""Log, edit and delete workouts. Post, scores and events move with the workout or not at all."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain import database
from domain.challenges import standings
from domain.database import Transaction
from domain.feed import workout_posts
from domain.members import cards
from domain.members.model import MemberCard
from domain.visibility import Visibility
from domain.workouts import queries, storage
from domain.workouts.accept import accept, changed_in, revise, summarise
from domain.workouts.errors import NoSuchWorkout, WorkoutIdTaken, WorkoutWasDeleted
from domain.workouts.events import WorkoutDeleted, WorkoutEdited, WorkoutLogged
from domain.workouts.model import Source, Workout, WorkoutDraft

# An author's writes wait for one another here, before anything else is locked.
_AUTHOR = f"SELECT {cards.COLUMNS}, workout_visibility FROM member WHERE id = $1 FOR NO KEY UPDATE"
_WAS_DELETED = "SELECT FROM sync_row WHERE member_id = $1 AND entity = 'workout' AND id = $2 AND is_deleted"
_LOCK_MINE = "SELECT FROM workout WHERE id = $1 AND author_id = $2 FOR UPDATE"
_ANOTHERS = "SELECT FROM workout WHERE id = $1 AND author_id <> $2"
_MINE = f"""
SELECT {storage.COLUMNS}
FROM workout JOIN member ON member.id = workout.author_id
WHERE workout.id = $1 AND workout.author_id = $2
"""


class Logged(Struct, frozen=True):
    """A logged workout; `created` is False for one that was there already, as after a retry."""

    workout: Workout
    created: bool


async def log_workout(
    draft: WorkoutDraft, *, author_id: UUID, now: datetime, source: Source = Source.MANUAL
) -> Logged:
    """Log a workout; the same id again gives what is stored.

    Raises WorkoutRefused, WorkoutIdTaken, WorkoutWasDeleted.
    """
    async with database.transaction() as tx:
        return await _log(tx, draft, author_id=author_id, now=now, source=source, posted_at=now)


async def log_in(
    tx: Transaction,
    draft: WorkoutDraft,
    *,
    author_id: UUID,
    now: datetime,
    source: Source,
    session_id: UUID | None = None,
    posted_at: datetime | None = None,
) -> Workout:
    """Log a workout within a larger transaction; the same id again gives what is stored.

    `posted_at` is where its post stands in the feed, for one that is no news; else it is now.
    """
    logged = await _log(
        tx,
        draft,
        author_id=author_id,
        now=now,
        source=source,
        session_id=session_id,
        posted_at=posted_at or now,
    )
    return logged.workout


async def edit_workout(workout_id: UUID, draft: WorkoutDraft, *, author_id: UUID, now: datetime) -> Workout:
    """Replace what a workout says. Raises NoSuchWorkout for another's, WorkoutRefused."""
    async with database.transaction() as tx:
        return await _replace(tx, workout_id, draft, author_id=author_id, now=now)


async def replace_in(tx: Transaction, draft: WorkoutDraft, *, author_id: UUID, now: datetime) -> Workout:
    """Replace what a workout says, within a larger transaction.

    A draft that says nothing new changes nothing. Its source, its session and the moment it was logged stay.
    """
    return await _replace(tx, draft.id, draft, author_id=author_id, now=now)


async def _replace(
    tx: Transaction, workout_id: UUID, draft: WorkoutDraft, *, author_id: UUID, now: datetime
) -> Workout:
    await standings.lock_scores(tx, author_id)
    stored = await _lock(tx, workout_id, author_id=author_id)
    if stored is None:
        raise NoSuchWorkout
    known = await queries.names_of(
        {entry.exercise for workout in (stored, draft) for entry in workout.exercises}
    )
    workout = revise(stored, draft, known=known, now=now)
    if workout is stored:
        return stored
    await storage.update(tx, workout, changed_in=changed_in(stored, workout))
    tx.record(WorkoutEdited(workout))
    await workout_posts.workout_edited(
        tx,
        workout,
        summary=summarise(workout, known=known),
        before=summarise(stored, known=known),
        was=stored.visibility,
        now=now,
    )
    await standings.workout_changed(tx, workout.id, author_id)
    return workout


async def delete_workout(workout_id: UUID, *, author_id: UUID) -> None:
    """Delete a workout with its post. Raises NoSuchWorkout, also for another's."""
    async with database.transaction() as tx:
        await standings.lock_scores(tx, author_id)
        if await _lock(tx, workout_id, author_id=author_id) is None:
            raise NoSuchWorkout
        await workout_posts.workout_deleted(tx, workout_id, author_id=author_id)
        await storage.delete(tx, workout_id)
        tx.record(WorkoutDeleted(workout_id, author_id))
        await standings.workout_changed(tx, workout_id, author_id)


async def _log(
    tx: Transaction,
    draft: WorkoutDraft,
    *,
    author_id: UUID,
    now: datetime,
    source: Source,
    posted_at: datetime,
    session_id: UUID | None = None,
) -> Logged:
    known = await queries.names_of({entry.exercise for entry in draft.exercises})
    author, visibility = await _author(tx, author_id)
    workout = accept(
        draft,
        author=author,
        visibility=visibility,
        known=known,
        now=now,
        source=source,
        session_id=session_id,
    )
    while not await storage.insert(tx, workout):
        stored = await _lock(tx, draft.id, author_id=author_id)
        if stored is not None:
            return Logged(stored, created=False)
        if await tx.connection.fetchrow(_ANOTHERS, draft.id, author_id) is not None:
            raise WorkoutIdTaken
        if await tx.connection.fetchrow(_WAS_DELETED, author_id, draft.id) is not None:
            raise WorkoutWasDeleted
        # Another's, who deleted it between two of our statements: the id is free again.
    tx.record(WorkoutLogged(workout))
    await workout_posts.workout_logged(tx, workout, summary=summarise(workout, known=known), now=posted_at)
    await standings.workout_changed(tx, workout.id, author_id)
    return Logged(workout, created=True)


async def _author(tx: Transaction, author_id: UUID) -> tuple[MemberCard, Visibility]:
    row: Any = await tx.connection.fetchrow(_AUTHOR, author_id)
    assert row is not None, "only members log workouts"
    return cards.card(row), Visibility(row["workout_visibility"])


async def _lock(tx: Transaction, workout_id: UUID, *, author_id: UUID) -> Workout | None:
    """The author's workout, nobody else changing it until the transaction ends."""
    # First the lock, then the reading: in one statement the sets would be those from before the waiting.
    if await tx.connection.fetchrow(_LOCK_MINE, workout_id, author_id) is None:
        return None
    row = await tx.connection.fetchrow(_MINE, workout_id, author_id)
    return storage.decode(row, reader=author_id) if row is not None else None
