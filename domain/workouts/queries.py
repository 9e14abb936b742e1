"""What readers may know of workouts."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from domain import database
from domain.follows.access import Sight
from domain.pages import NEWEST, After, Page, page, position
from domain.workouts.errors import NoSuchExercise, NoSuchWorkout
from domain.workouts.model import ExerciseEntry, Workout
from domain.workouts.storage import COLUMNS, EXERCISES, decode

_GET = f"""
SELECT {COLUMNS}
FROM workout JOIN member ON member.id = workout.author_id
WHERE workout.id = $1 AND may_see($2, workout.author_id, workout.visibility)
"""
_BY_AUTHOR = f"""
SELECT {COLUMNS}
FROM workout JOIN member ON member.id = workout.author_id
WHERE workout.author_id = $1
  AND workout.visibility = ANY($2)
  AND (workout.started_at, workout.id) < ($3, $4)
ORDER BY workout.started_at DESC, workout.id DESC
LIMIT $5
"""
_NAMES = "SELECT slug, name FROM exercise WHERE slug = ANY($1)"
# The newest workout with the exercise in it, found by walking the author's workouts back in time.
_LAST = f"""
SELECT {EXERCISES} AS exercises
FROM workout
WHERE author_id = $1
  AND EXISTS (SELECT FROM workout_exercise WHERE workout_id = workout.id AND exercise = $2)
ORDER BY started_at DESC, id DESC
LIMIT 1
"""


async def get_workout(workout_id: UUID, *, reader: UUID | None) -> Workout:
    """Raises NoSuchWorkout, also for one that the reader may not see."""
    row = await database.fetchrow(_GET, workout_id, reader)
    if row is None:
        raise NoSuchWorkout
    return decode(row, reader=reader)


async def list_workouts(
    sight: Sight, *, reader: UUID | None, cursor: str | None = None, limit: int = 20
) -> Page[Workout]:
    """A page of what is in sight of a member's workouts, newest first by when they were done."""
    start = position(cursor, start=NEWEST)
    rows = await database.fetch(_BY_AUTHOR, sight.owner.id, sight.levels, start.at, start.id, limit + 1)
    found = [decode(row, reader=reader) for row in rows]
    return page(found, limit=limit, place=lambda workout: After(workout.started_at, workout.id))


async def names_of(slugs: Iterable[str]) -> dict[str, str]:
    """The names of those of these exercises that are in the catalogue."""
    listed = list(slugs)
    if not listed:
        return {}
    return {row["slug"]: row["name"] for row in await database.fetch(_NAMES, listed)}


async def find_last_entry(slug: str, *, author_id: UUID) -> ExerciseEntry | None:
    """What the author did of an exercise the last time. Raises NoSuchExercise for an unknown one."""
    if not await names_of([slug]):
        raise NoSuchExercise
    exercises = await database.fetchval(_LAST, author_id, slug)
    if exercises is None:
        return None
    entries = msgspec.json.decode(exercises, type=list[ExerciseEntry])
    return next(entry for entry in reversed(entries) if entry.exercise == slug)
