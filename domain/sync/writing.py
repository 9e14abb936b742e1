"""What a batch changes, written in few statements: rows, posts, scores and events as if each came alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from domain.challenges import standings
from domain.database import Transaction
from domain.feed import workout_posts
from domain.sync.merge import Held
from domain.sync.model import Entity
from domain.workouts import accept, storage
from domain.workouts.events import WorkoutDeleted, WorkoutEdited, WorkoutLogged
from domain.workouts.model import Workout

_FRESH = timedelta(days=2)
"""What ended longer ago is no news: its post stands where it was done."""

_BURY = (
    "SELECT note_sync($1, array_fill($2::uuid, ARRAY[cardinality($3::uuid[])]), $3::uuid[], $4::int[], true)"
)


class IdTakenMeanwhile(Exception):
    """Somebody else used one of the ids after we looked: look again."""


class Fate(Struct, frozen=True):
    """What was held under an id before the batch, and what is held after it."""

    id: UUID
    before: Held
    after: Held


async def write(
    tx: Transaction,
    fates: Sequence[Fate],
    *,
    author_id: UUID,
    known: Mapping[str, str],
    now: datetime,
) -> None:
    """The author's lock is held. Raises IdTakenMeanwhile."""
    fresh = [one for one in fates if one.after.workout and not one.before.workout]
    await _insert(tx, fresh, known=known, now=now)
    for one in fates:
        if one.before.workout and one.after.workout:
            await _update(tx, one.before.workout, one.after.workout, one.after, known=known, now=now)
        elif one.before.workout:
            await workout_posts.workout_deleted(tx, one.id, author_id=author_id)
            await storage.delete(tx, one.id)
            tx.record(WorkoutDeleted(one.id, author_id))
    await _bury(tx, [one for one in fates if not one.before.workout and one.after.is_gone], author_id)
    touched = [one.id for one in fates if one.before.workout or one.after.workout]
    if touched:
        await standings.workouts_changed(tx, touched, author_id)


async def _insert(tx: Transaction, fates: Sequence[Fate], *, known: Mapping[str, str], now: datetime) -> None:
    fresh = [one.after.workout for one in fates if one.after.workout]
    if not fresh:
        return
    if await storage.insert_many(tx, fresh):
        raise IdTakenMeanwhile
    for one in fates:
        if one.after.workout and one.after.changed_in:
            # Made and edited in one batch: the device may know the first version.
            await storage.update(tx, one.after.workout, changed_in=one.after.changed_in)
    for workout in fresh:
        tx.record(WorkoutLogged(workout))
    await workout_posts.workouts_logged(
        tx,
        (
            workout_posts.Logged(workout, accept.summarise(workout, known=known), _posted_at(workout, now))
            for workout in fresh
        ),
    )


def _posted_at(workout: Workout, now: datetime) -> datetime:
    ended_at = workout.started_at + timedelta(seconds=workout.duration_s)
    return ended_at if now - ended_at > _FRESH else now


async def _update(
    tx: Transaction,
    before: Workout,
    after: Workout,
    held: Held,
    *,
    known: Mapping[str, str],
    now: datetime,
) -> None:
    if before.version == after.version:
        return
    await storage.update(
        tx, after, changed_in={name: at for name, at in held.changed_in.items() if at > before.version}
    )
    tx.record(WorkoutEdited(after))
    await workout_posts.workout_edited(
        tx,
        after,
        summary=accept.summarise(after, known=known),
        before=accept.summarise(before, known=known),
        was=before.visibility,
        now=now,
    )


async def _bury(tx: Transaction, gone: Sequence[Fate], author_id: UUID) -> None:
    """Tombstones of what never came, or came and went in this batch: no trigger saw it."""
    if gone:
        ids, versions = [one.id for one in gone], [one.after.version for one in gone]
        await tx.connection.execute(_BURY, Entity.WORKOUT, author_id, ids, versions)
