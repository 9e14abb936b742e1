"""Workouts to rows and back. Writes are one statement for all exercises and sets."""

from collections.abc import Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec

from domain.database import Transaction
from domain.members.cards import COLUMNS as CARD_COLUMNS
from domain.members.cards import card
from domain.visibility import Visibility
from domain.workouts.model import ExerciseEntry, Source, Sport, Workout

_FIELDS = {
    "id": "uuid",
    "author_id": "uuid",
    "sport": "text",
    "title": "text",
    "note": "text",
    "started_at": "timestamptz",
    "tz": "text",
    "local_date": "date",
    "duration_s": "int",
    "moving_s": "int",
    "distance_m": "float8",
    "elevation_gain_m": "float8",
    "energy_kcal": "float8",
    "heart_rate_avg_bpm": "int2",
    "heart_rate_max_bpm": "int2",
    "rpe": "float8",
    "visibility": "text",
    "volume_kg": "float8",
    "set_count": "int",
    "source": "text",
    "session_id": "uuid",
    "version": "int",
    "created_at": "timestamptz",
    "updated_at": "timestamptz",
}
_PLACES = ", ".join(f"${place}" for place in range(1, len(_FIELDS) + 1))
_TYPED_PLACES = ", ".join(f"${place}::{kind}" for place, kind in enumerate(_FIELDS.values(), 1))
_COLUMNS_OF_MANY = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(_FIELDS.values(), 1))

# Shape: [{exercise, note, sets: [{kind, reps, ...}]}], as msgspec decodes it into ExerciseEntry.
EXERCISES = """
(
    SELECT coalesce(json_agg(json_build_object(
        'exercise', entry.exercise,
        'note', entry.note,
        'sets', (
            SELECT coalesce(json_agg(json_build_object(
                'kind', one.kind, 'reps', one.reps, 'weight_kg', one.weight_kg, 'rpe', one.rpe,
                'duration_s', one.duration_s, 'distance_m', one.distance_m
            ) ORDER BY one.position), '[]')
            FROM workout_set AS one
            WHERE one.workout_id = entry.workout_id AND one.exercise_position = entry.position
        )
    ) ORDER BY entry.position), '[]')
    FROM workout_exercise AS entry WHERE entry.workout_id = workout.id
)
"""
"""For the SELECT list of a query on `workout`: its exercises with their sets, in one snapshot with it."""

COLUMNS = f"{CARD_COLUMNS}, workout.*, {EXERCISES} AS exercises"
"""For the SELECT list of a query that joins `workout` and `member` under their own names."""

_INSERT = f"""
INSERT INTO workout ({", ".join(_FIELDS)})
SELECT {_TYPED_PLACES}
WHERE NOT EXISTS (
    SELECT FROM sync_row WHERE member_id = $2 AND entity = 'workout' AND id = $1 AND is_deleted
)
ON CONFLICT (id) DO NOTHING
RETURNING id
"""
_INSERT_MANY = f"""
INSERT INTO workout ({", ".join(_FIELDS)}) SELECT * FROM unnest({_COLUMNS_OF_MANY})
ON CONFLICT (id) DO NOTHING
RETURNING id
"""
_UPDATE = f"""
UPDATE workout SET ({", ".join(_FIELDS)}, changed_in) = ({_PLACES}, changed_in || ${len(_FIELDS) + 1}::jsonb)
WHERE id = $1
"""
_CLEAR = "DELETE FROM workout_exercise WHERE workout_id = $1"
# Foreign keys are checked at the end of the statement, when the exercises are there too.
_FILL = """
WITH entry AS (
    INSERT INTO workout_exercise (workout_id, position, exercise, note)
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[])
)
INSERT INTO workout_set (
    workout_id, exercise_position, position, kind, reps, weight_kg, rpe, duration_s, distance_m
)
SELECT *
FROM unnest(
    $5::uuid[], $6::int[], $7::int[], $8::text[], $9::int[], $10::float8[], $11::float8[], $12::int[],
    $13::float8[]
)
"""
_DELETE = "DELETE FROM workout WHERE id = $1"


async def insert(tx: Transaction, workout: Workout) -> bool:
    """Store a new workout. False, and nothing stored, if its id is in use or was its author's once."""
    if await tx.connection.fetchval(_INSERT, *_values(workout)) is None:
        return False
    await _fill(tx, [workout])
    return True


async def insert_many(tx: Transaction, workouts: Sequence[Workout]) -> set[UUID]:
    """Store new workouts in a few statements. Returns the ids that were in use: those are not stored."""
    columns = zip(*map(_values, workouts), strict=True)
    rows = await tx.connection.fetch(_INSERT_MANY, *map(list, columns))
    stored = {row["id"] for row in rows}
    await _fill(tx, [one for one in workouts if one.id in stored])
    return {one.id for one in workouts} - stored


async def update(tx: Transaction, workout: Workout, *, changed_in: Mapping[str, int]) -> None:
    """Store another version of a workout whose row is locked. `changed_in` has the fields that changed."""
    await tx.connection.execute(_UPDATE, *_values(workout), msgspec.json.encode(changed_in).decode())
    if "exercises" in changed_in:
        await tx.connection.execute(_CLEAR, workout.id)
        await _fill(tx, [workout])


async def delete(tx: Transaction, workout_id: UUID) -> None:
    """The workout goes, with its exercises, its sets and its post."""
    await tx.connection.execute(_DELETE, workout_id)


def decode(row: Any, *, reader: UUID | None) -> Workout:
    """The workout in a row that has COLUMNS, as `reader` sees it: the note is its author's alone."""
    return Workout(
        id=row["id"],
        author=card(row),
        sport=Sport(row["sport"]),
        title=row["title"],
        note=row["note"] if row["author_id"] == reader else None,
        started_at=row["started_at"],
        tz=row["tz"],
        local_date=row["local_date"],
        duration_s=row["duration_s"],
        moving_s=row["moving_s"],
        distance_m=row["distance_m"],
        elevation_gain_m=row["elevation_gain_m"],
        energy_kcal=row["energy_kcal"],
        heart_rate_avg_bpm=row["heart_rate_avg_bpm"],
        heart_rate_max_bpm=row["heart_rate_max_bpm"],
        rpe=row["rpe"],
        visibility=Visibility(row["visibility"]),
        exercises=msgspec.json.decode(row["exercises"], type=list[ExerciseEntry]),
        volume_kg=row["volume_kg"],
        set_count=row["set_count"],
        source=Source(row["source"]),
        session_id=row["session_id"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


_value = attrgetter(*("author.id" if name == "author_id" else name for name in _FIELDS))


def _values(workout: Workout) -> Sequence[Any]:
    values: Sequence[Any] = _value(workout)
    return values


async def _fill(tx: Transaction, workouts: Sequence[Workout]) -> None:
    entries = [
        (workout.id, place, entry.exercise, entry.note)
        for workout in workouts
        for place, entry in enumerate(workout.exercises)
    ]
    if not entries:
        return
    rows = [
        (workout.id, place, at, one.kind, one.reps, one.weight_kg, one.rpe, one.duration_s, one.distance_m)
        for workout in workouts
        for place, entry in enumerate(workout.exercises)
        for at, one in enumerate(entry.sets)
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(9)]
    await tx.connection.execute(_FILL, *chain(map(list, zip(*entries, strict=True)), columns))
