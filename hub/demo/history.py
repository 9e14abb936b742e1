"""The past of the demo community, written in bulk: the rows that its members' own doing would have left."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.database import Transaction
from domain.members.model import MemberCard
from domain.visibility import Visibility
from domain.workouts.accept import accept
from domain.workouts.catalogue import exercises
from domain.workouts.model import Source, Workout
from hub.demo import training, words
from hub.demo.dice import dice, id_at
from hub.demo.people import Person

DAYS = 90

_WORKOUT = (
    "id", "sport", "title", "note", "started_at", "tz", "local_date", "duration_s", "moving_s", "distance_m",
    "elevation_gain_m", "energy_kcal", "heart_rate_avg_bpm", "heart_rate_max_bpm", "rpe", "visibility",
    "volume_kg", "set_count", "source", "session_id", "version", "created_at", "updated_at",
)  # fmt: skip
_SET = ("kind", "reps", "weight_kg", "rpe", "duration_s", "distance_m")

_KNOWN = {exercise.slug: exercise.name for exercise in exercises()}


class Past(Struct, frozen=True):
    """A post of the past, as much of it as others react to."""

    post_id: UUID
    author_id: UUID
    visibility: Visibility
    at: datetime


async def insert(tx: Transaction, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Many rows at once. Table and columns are constants of ours."""
    listed = ", ".join(columns)
    statement = f"""
        INSERT INTO {table} ({listed}) SELECT {listed} FROM json_populate_recordset(NULL::{table}, $1::json)
    """  # noqa: S608  # see above
    records = msgspec.json.encode([dict(zip(columns, row, strict=True)) for row in rows])
    await tx.connection.execute(statement, records.decode())


def workouts_of(person: Person, card: MemberCard, *, now: datetime) -> list[Workout]:
    """Three months of somebody's log, each workout accepted as if it had been sent when it ended."""
    rng = dice(f"history of {person.handle}")
    log = []
    for draft in training.history(person, rng, now=now, days=DAYS):
        logged_at = draft.started_at + timedelta(seconds=draft.duration_s + rng.randint(20, 240))
        log.append(
            accept(
                draft,
                author=card,
                visibility=Visibility.PUBLIC,
                known=_KNOWN,
                now=logged_at,
                source=Source.MANUAL,
            )
        )
    return log


async def write_workouts(tx: Transaction, log: Sequence[Workout]) -> list[Past]:
    """The workouts, their exercises and sets, and the posts of those that are shared."""
    await insert(
        tx,
        "workout",
        ("author_id", *_WORKOUT),
        [(one.author.id, *(getattr(one, field) for field in _WORKOUT)) for one in log],
    )
    await insert(
        tx,
        "workout_exercise",
        ("workout_id", "position", "exercise", "note"),
        [
            (one.id, place, entry.exercise, entry.note)
            for one in log
            for place, entry in enumerate(one.exercises)
        ],
    )
    await insert(
        tx,
        "workout_set",
        ("workout_id", "exercise_position", "position", *_SET),
        [
            (one.id, place, n, *(getattr(each, field) for field in _SET))
            for one in log
            for place, entry in enumerate(one.exercises)
            for n, each in enumerate(entry.sets)
        ],
    )
    rng = dice("posts")
    shared = [one for one in log if one.visibility is not Visibility.PRIVATE]
    posts = [
        Past(id_at(one.created_at, rng), one.author.id, one.visibility, one.created_at) for one in shared
    ]
    await insert(
        tx,
        "post",
        ("id", "author_id", "visibility", "created_at", "workout_id", "kind", "text"),
        [
            (post.post_id, post.author_id, post.visibility, post.at, one.id, "workout", "")
            for post, one in zip(posts, shared, strict=True)
        ],
    )
    return posts


async def write_notes(tx: Transaction, authors: Sequence[UUID], *, now: datetime) -> list[Past]:
    """Something to read, on a few days of everybody's last weeks."""
    rng = dice("notes")
    posts, texts = [], []
    for author_id in authors:
        for _ in range(rng.randint(0, 3)):
            at = now - timedelta(minutes=rng.randint(10, 30 * 24 * 60))
            visibility = rng.choice((Visibility.PUBLIC, Visibility.PUBLIC, Visibility.FOLLOWERS))
            posts.append(Past(id_at(at, rng), author_id, visibility, at))
            texts.append(rng.choice(words.NOTES))
    await insert(
        tx,
        "post",
        ("id", "author_id", "visibility", "created_at", "kind", "text"),
        [
            (post.post_id, post.author_id, post.visibility, post.at, "note", text)
            for post, text in zip(posts, texts, strict=True)
        ],
    )
    return posts


async def write_reactions(
    tx: Transaction,
    posts: Sequence[Past],
    *,
    members: Sequence[UUID],
    followers: dict[UUID, list[UUID]],
    now: datetime,
) -> None:
    """Kudos and comments, from those who see a post."""
    rng = dice("reactions")
    kudos, comments = [], []
    for post in posts:
        readers = followers.get(post.author_id, [])
        if post.visibility is Visibility.PUBLIC:
            readers = [*readers, *rng.sample(members, 3)]
        fans = {reader for reader in readers if reader != post.author_id and rng.random() < 0.4}
        for fan in sorted(fans):
            at = _soon(post.at, now, rng)
            kudos.append((post.post_id, fan, at))
            if rng.random() < 0.09:
                comments.append((id_at(at, rng), post.post_id, fan, rng.choice(words.COMMENTS), at))
    await insert(tx, "kudos", ("post_id", "member_id", "created_at"), kudos)
    await insert(tx, "comment", ("id", "post_id", "author_id", "text", "created_at"), comments)


def _soon(at: datetime, now: datetime, rng: Random) -> datetime:
    return min(now, at + timedelta(minutes=rng.expovariate(1 / 180)))
