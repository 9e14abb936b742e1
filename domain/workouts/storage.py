"""Workouts to rows and back. Writes are one statement for all exercises and sets."""

from collections.abc import Sequence
from itertools import chain
from typing import Any
from uuid import UUID

import msgspec

from domain.database import Transaction
from domain.members.cards import COLUMNS as CARD_COLUMNS
from domain.members.cards import card
from domain.visibility import Visibility
from domain.workouts.model import ExerciseEntry, Source, Sport, Workout

_FIELDS = (
    "id",
    "author_id",
    "sport",
    "title",
    "note",
    "started_at",
    "tz",
    "local_date",
    "duration_s",
    "moving_s",
    "distance_m",
    "elevation_gain_m",
    "energy_kcal",
    "heart_rate_avg_bpm",
    "heart_rate_max_bpm",
    "rpe",
    "visibility",
    "volume_kg",
    "set_count",
    "source",
    "session_id",
    "version",
    "created_at",
    "updated_at",
)
_PLACES = ", ".join(f"${place}" for place in range(1, len(_FIELDS) + 1))

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
INSERT INTO workout ({", ".join(_FIELDS)}) VALUES ({_PLACES})
ON CONFLICT (id) DO NOTHING
RETURNING id
"""
_UPDATE = f"UPDATE workout SET ({', '.join(_FIELDS)}) = ({_PLACES}) WHERE id = $1"
_CLEAR = "DELETE FROM workout_exercise WHERE workout_id = $1"
# Foreign keys are checked at the end of the statement, when the exercises are there too.
_FILL = """
WITH entry AS (
    INSERT INTO workout_exercise (workout_id, position, exercise, note)
    SELECT $1, position - 1, exercise, note
    FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS entry (exercise, note, position)
)
INSERT INTO workout_set (
    workout_id, exercise_position, position, kind, reps, weight_kg, rpe, duration_s, distance_m
)
SELECT $1, one.*
FROM unnest(
    $4::int[], $5::int[], $6::text[], $7::int[], $8::float8[], $9::float8[], $10::int[], $11::float8[]
) AS one
"""
_DELETE = "DELETE FROM workout WHERE id = $1"


async def insert(tx: Transaction, workout: Workout) -> bool:
    """Store a new workout. False, and nothing stored, if its id is in use."""
    if await tx.connection.fetchval(_INSERT, *_values(workout)) is None:
        return False
    await _fill(tx, workout)
    return True


async def update(tx: Transaction, workout: Workout) -> None:
    """Store another version of a workout whose row the caller has locked."""
    await tx.connection.execute(_UPDATE, *_values(workout))
    await tx.connection.execute(_CLEAR, workout.id)
    await _fill(tx, workout)


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


def _values(workout: Workout) -> Sequence[Any]:
    fields = msgspec.structs.asdict(workout)
    return [workout.author.id if name == "author_id" else fields[name] for name in _FIELDS]


async def _fill(tx: Transaction, workout: Workout) -> None:
    if not workout.exercises:
        return
    rows = [
        (place, position, one.kind, one.reps, one.weight_kg, one.rpe, one.duration_s, one.distance_m)
        for place, entry in enumerate(workout.exercises)
        for position, one in enumerate(entry.sets)
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(8)]
    entries = ([entry.exercise for entry in workout.exercises], [entry.note for entry in workout.exercises])
    await tx.connection.execute(_FILL, workout.id, *chain(entries, columns))
