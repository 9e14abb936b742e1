"""A workout: sets, or a distance in a time, or both. SI units, with the unit in the name."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.members.model import MemberCard, TimeZone
from domain.text import written
from domain.visibility import Visibility

Seconds = Annotated[int, Meta(ge=0, le=604_800)]
Metres = Annotated[float, Meta(ge=0, le=2_000_000)]
HeartRate = Annotated[int, Meta(ge=20, le=260)]
Rpe = Annotated[float, Meta(ge=1, le=10)]
# `$` alone would let a line break follow.
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9-]{2,60}$(?!\n)")]


class Sport(StrEnum):
    STRENGTH = "strength"
    RUN = "run"
    RIDE = "ride"
    INDOOR_RIDE = "indoor_ride"
    ROW = "row"
    SWIM = "swim"
    WALK = "walk"
    HIKE = "hike"
    HIIT = "hiit"
    YOGA = "yoga"
    MOBILITY = "mobility"
    OTHER = "other"


class SetKind(StrEnum):
    NORMAL = "normal"
    WARMUP = "warmup"
    DROP = "drop"
    FAILURE = "failure"
    AMRAP = "amrap"


class Source(StrEnum):
    """Where a workout came from."""

    MANUAL = "manual"
    LIVE = "live"
    API = "api"


class Measure(StrEnum):
    """How an exercise is measured."""

    REPS = "reps"
    TIME = "time"
    DISTANCE = "distance"


class Exercise(Struct, frozen=True):
    """A movement of the catalogue. `cues` say how to do it."""

    slug: str
    name: str
    pattern: str
    primary_muscles: list[str]
    secondary_muscles: list[str]
    equipment: list[str]
    measured_by: Measure
    cues: str


class WorkoutSet(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    kind: SetKind = SetKind.NORMAL
    reps: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    weight_kg: Annotated[float, Meta(ge=0, le=2_000)] | None = None
    rpe: Rpe | None = None
    duration_s: Seconds | None = None
    distance_m: Metres | None = None


class ExerciseEntry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One exercise of a workout, with its sets in order."""

    exercise: Slug
    sets: Annotated[list[WorkoutSet], Meta(max_length=100)] = []
    note: Annotated[str, written(at_most=500)] = ""


class WorkoutDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """What a member says they did. `id` is a UUIDv7 of the client's.

    `visibility` None means as the member prefers; in an edit, as it is.
    """

    id: UUID
    sport: Sport
    started_at: Annotated[datetime, Meta(tz=True)]
    tz: TimeZone
    duration_s: Seconds
    title: Annotated[str, written(at_most=120)] = ""
    note: Annotated[str, written(at_most=2_000)] = ""
    moving_s: Seconds | None = None
    distance_m: Metres | None = None
    elevation_gain_m: Annotated[float, Meta(ge=0, le=50_000)] | None = None
    energy_kcal: Annotated[float, Meta(ge=0, le=50_000)] | None = None
    heart_rate_avg_bpm: HeartRate | None = None
    heart_rate_max_bpm: HeartRate | None = None
    rpe: Rpe | None = None
    visibility: Visibility | None = None
    exercises: Annotated[list[ExerciseEntry], Meta(max_length=60)] = []


class Workout(Struct, frozen=True):
    """A logged workout. `volume_kg` is the sum of reps x weight over all but warm-up sets.

    `set_count` counts all but warm-up sets. `version` grows by one with each edit; `local_date` is the day
    in `tz` on which it started.
    `note` is None for everybody but its author.
    """

    id: UUID
    author: MemberCard
    sport: Sport
    title: str
    note: str | None
    started_at: datetime
    tz: str
    local_date: date
    duration_s: int
    moving_s: int | None
    distance_m: float | None
    elevation_gain_m: float | None
    energy_kcal: float | None
    heart_rate_avg_bpm: int | None
    heart_rate_max_bpm: int | None
    rpe: float | None
    visibility: Visibility
    exercises: list[ExerciseEntry]
    volume_kg: float
    set_count: int
    source: Source
    session_id: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime


class WorkoutSummary(Struct, frozen=True):
    """A workout as the feed shows it."""

    id: UUID
    sport: Sport
    title: str
    started_at: datetime
    tz: str
    duration_s: int
    distance_m: float | None
    elevation_gain_m: float | None
    energy_kcal: float | None
    heart_rate_avg_bpm: int | None
    volume_kg: float
    set_count: int
    exercise_names: list[str]
