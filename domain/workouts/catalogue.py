"""The exercise catalogue: what is in `catalogue.json` is in the database, and there for good."""

from functools import lru_cache
from pathlib import Path

import msgspec

from domain import database
from domain.workouts.model import Exercise

_FILE = Path(__file__).with_name("catalogue.json")

# Nothing is deleted: an exercise that leaves the file stays with those who have done it. Nothing is written
# where nothing changed, so every node may do this at every start.
_SYNC = """
INSERT INTO exercise AS stored (
    slug, name, pattern, primary_muscles, secondary_muscles, equipment, measured_by, cues
)
SELECT slug, name, pattern, primary_muscles, secondary_muscles, equipment, measured_by, cues
FROM json_populate_recordset(NULL::exercise, $1::json)
ORDER BY slug
ON CONFLICT (slug) DO UPDATE
SET name = excluded.name,
    pattern = excluded.pattern,
    primary_muscles = excluded.primary_muscles,
    secondary_muscles = excluded.secondary_muscles,
    equipment = excluded.equipment,
    measured_by = excluded.measured_by,
    cues = excluded.cues
WHERE stored.* IS DISTINCT FROM excluded.*
"""


@lru_cache(maxsize=1)
def exercises() -> tuple[Exercise, ...]:
    """The whole catalogue, by name."""
    listed = msgspec.json.decode(_FILE.read_bytes(), type=list[Exercise])
    return tuple(sorted(listed, key=lambda exercise: exercise.name))


async def sync() -> None:
    """Bring the database's catalogue to the file's. Call it after the migrations, as often as you like."""
    await database.execute(_SYNC, msgspec.json.encode(exercises()).decode())
