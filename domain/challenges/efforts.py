"""What challenges look at in workouts, and how it is read."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.challenges.model import Tier
from domain.outbox import Connection
from domain.visibility import Visibility
from domain.workouts.model import Source, Sport

LONGEST_WORKOUT = timedelta(days=7)
NEAR = timedelta(seconds=120)
"""Workouts that begin so close together may be copies of one another."""


class Lift(Struct, frozen=True, array_like=True):
    """A working set of an exercise."""

    exercise: str
    weight_kg: float
    reps: int


class Held(StrEnum):
    """What a moderator decided about just these numbers."""

    REINSTATED = "reinstated"
    UPHELD = "upheld"


class Effort(Struct, frozen=True):
    """What a challenge looks at in a workout. `heaviest_kg` is the most that a set of it weighed."""

    workout_id: UUID
    sport: Sport
    tier: Tier
    started_at: datetime
    local_date: date
    duration_s: int
    distance_m: float | None
    elevation_gain_m: float | None
    energy_kcal: float | None
    heart_rate_avg_bpm: int | None
    rpe: float | None
    volume_kg: float
    visibility: Visibility
    heaviest_kg: float | None = None
    lifts: tuple[Lift, ...] = ()
    ruling: tuple[Held, bytes] | None = None

    @property
    def ended_at(self) -> datetime:
        return self.started_at + timedelta(seconds=self.duration_s)


def tier_of(source: Source) -> Tier:
    """How far a source can be trusted."""
    match source:
        case Source.LIVE:
            return Tier.DEVICE
        case Source.API:
            return Tier.FILE
        case Source.MANUAL:
            return Tier.MANUAL
        case _:
            assert_never(source)


_HEAVIEST = """
CASE WHEN workout.volume_kg > 0 THEN (
    SELECT max(weight_kg) FROM workout_set WHERE workout_id = workout.id AND reps > 0
) END
"""
_LIFTS = """
CASE WHEN workout.volume_kg > 0 AND cardinality($2::text[]) > 0 THEN (
    SELECT json_agg(json_build_array(entry.exercise, one.weight_kg, one.reps))
    FROM workout_exercise AS entry
    JOIN workout_set AS one ON one.workout_id = entry.workout_id AND one.exercise_position = entry.position
    WHERE entry.workout_id = workout.id AND entry.exercise = ANY($2)
      AND one.kind <> 'warmup' AND one.weight_kg > 0 AND one.reps > 0
) END
"""
COLUMNS = f"""
workout.id, sport, source, title, started_at, local_date, duration_s, distance_m, elevation_gain_m,
energy_kcal, heart_rate_avg_bpm, workout.rpe, volume_kg, visibility, {_HEAVIEST} AS heaviest_kg, {_LIFTS} AS
lifts, fair_case.state AS case_state, fair_case.fingerprint
"""
_FROM = "FROM workout LEFT JOIN fair_case ON fair_case.workout_id = workout.id WHERE author_id = $1"

_BETWEEN = f"SELECT {COLUMNS} {_FROM} AND started_at >= $3 AND started_at < $4"

# Those near the given spans of time, and those near these: the second ones decide about the first ones.
# An index finds workouts by their start, and none lasts longer than a week.
_NEAR = "interval '120 seconds'"
_WEEK = "interval '604920 seconds'"
_AROUND = f"""
WITH hull AS (
    SELECT min(started_at) AS lo, max(started_at + make_interval(secs => duration_s)) AS hi
    FROM workout JOIN unnest($3::timestamptz[], $4::timestamptz[]) AS span (lo, hi)
      ON started_at BETWEEN span.lo - {_WEEK} AND span.hi + {_NEAR}
      AND started_at + make_interval(secs => duration_s) >= span.lo - {_NEAR}
    WHERE author_id = $1
)
SELECT {COLUMNS} {_FROM}
  AND started_at BETWEEN (SELECT lo FROM hull) - {_WEEK} AND (SELECT hi FROM hull) + {_NEAR}
  AND started_at + make_interval(secs => duration_s) >= (SELECT lo FROM hull) - {_NEAR}
"""


async def between(
    connection: Connection, member_id: UUID, exercises: Collection[str], *, since: datetime, until: datetime
) -> list[Any]:
    """Rows of a member's workouts that started in a time."""
    return await connection.fetch(_BETWEEN, member_id, sorted(exercises), since, until)


async def around(
    connection: Connection,
    member_id: UUID,
    exercises: Collection[str],
    spans: Collection[tuple[datetime, datetime]],
) -> list[Effort]:
    """A member's efforts that are near these spans of time, with all that decide about them."""
    listed = list(spans)
    rows = await connection.fetch(
        _AROUND, member_id, sorted(exercises), [lo for lo, _ in listed], [hi for _, hi in listed]
    )
    return [decode(row) for row in rows]


def decode(row: Any) -> Effort:
    """The effort in a row that has COLUMNS."""
    lifts = msgspec.json.decode(row["lifts"], type=tuple[Lift, ...]) if row["lifts"] else ()
    held = row["case_state"] in (Held.REINSTATED, Held.UPHELD)
    return Effort(
        workout_id=row["id"],
        sport=Sport(row["sport"]),
        tier=tier_of(Source(row["source"])),
        started_at=row["started_at"],
        local_date=row["local_date"],
        duration_s=row["duration_s"],
        distance_m=row["distance_m"],
        elevation_gain_m=row["elevation_gain_m"],
        energy_kcal=row["energy_kcal"],
        heart_rate_avg_bpm=row["heart_rate_avg_bpm"],
        rpe=row["rpe"],
        volume_kg=row["volume_kg"],
        visibility=Visibility(row["visibility"]),
        heaviest_kg=row["heaviest_kg"],
        lifts=lifts,
        ruling=(Held(row["case_state"]), row["fingerprint"]) if held else None,
    )
