"""What a file holds, whatever its format: activities with laps and streams, or with sets."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from domain.workouts.model import HeartRate, Metres, Seconds, Sport, WorkoutSet

FILE_BYTES = 25_000_000
"""The largest upload."""
EXPANDED_BYTES = 100_000_000
"""The largest file once it is expanded."""
BUNDLE_BYTES = 500_000_000
"""All that a bundle expands to."""
RATIO = 200
"""How many bytes one compressed byte may become; the wordiest XML stays below 100."""
ENTRIES = 10_000
POINTS = 400_000
"""More than four days at one sample a second."""
ACTIVITIES = 5_000
LAPS = 5_000
EXERCISES = 500
SETS = 1_000
"""Of one exercise."""


class Trouble(StrEnum):
    """Why a file, or an activity in it, is not taken. Stable: programs read these."""

    EMPTY = "empty_file"
    UNKNOWN_FORMAT = "unknown_format"
    TOO_LARGE = "too_large"
    TOO_MANY_ENTRIES = "too_many_entries"
    TOO_MANY_POINTS = "too_many_points"
    TOO_MANY_ACTIVITIES = "too_many_activities"
    EXPANDS_TOO_MUCH = "expands_too_much"
    NESTED = "nested_bundle"
    ENCRYPTED = "encrypted"
    TRUNCATED = "truncated"
    WRONG_CHECKSUM = "wrong_checksum"
    MALFORMED = "malformed_file"
    FORBIDDEN_MARKUP = "forbidden_markup"
    BAD_NUMBER = "bad_number"
    BAD_PLACE = "bad_place"
    BAD_TIME = "bad_time"
    NO_TIMES = "no_times"
    MIXED_TIME_ZONES = "mixed_time_zones"
    CLOCK_NOT_SET = "clock_not_set"
    IN_THE_FUTURE = "in_the_future"
    BACKWARDS = "time_runs_backwards"
    NEGATIVE_DURATION = "negative_duration"
    NO_DURATION = "no_duration"
    TOO_LONG = "too_long"
    NO_ACTIVITY = "no_activity"
    NOT_A_WORKOUT = "not_a_workout"
    TOO_SLOW = "too_slow_to_read"
    TOO_MUCH_MEMORY = "too_much_memory"
    CRASHED = "reader_crashed"


class Unreadable(Exception):
    """A file is not taken. The message is a sentence for people, and repeats nothing personal."""

    def __init__(self, code: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Format(StrEnum):
    """Where a workout came from; with its own id there, it is known again."""

    FIT = "fit"
    TCX = "tcx"
    GPX = "gpx"
    STRONG = "strong"
    HEVY = "hevy"


class Channel(StrEnum):
    """One stream. `time_s` counts from the start; every other one has a value, or none, at each time."""

    TIME = "time_s"
    LATITUDE = "latitude_deg"
    LONGITUDE = "longitude_deg"
    ALTITUDE = "altitude_m"
    DISTANCE = "distance_m"
    SPEED = "speed_m_s"
    HEART_RATE = "heart_rate_bpm"
    CADENCE = "cadence_rpm"
    POWER = "power_w"
    TEMPERATURE = "temperature_c"


PLACES = frozenset({Channel.LATITUDE, Channel.LONGITUDE})

_Number = Annotated[float, Meta(ge=0, le=10_000_000)]
_Text = Annotated[str, Meta(max_length=2_000)]


class Lap(Struct, frozen=True):
    """A lap as the device cut it. `start_s` counts from the start of the workout."""

    start_s: Annotated[float, Meta(ge=0, le=604_800)]
    duration_s: Annotated[float, Meta(ge=0, le=604_800)]
    distance_m: Annotated[float, Meta(ge=0, le=2_000_000)] | None = None
    heart_rate_avg_bpm: HeartRate | None = None
    heart_rate_max_bpm: HeartRate | None = None
    energy_kcal: Annotated[float, Meta(ge=0, le=50_000)] | None = None


class NamedSets(Struct, frozen=True):
    """One exercise as the file names it, with its sets in order."""

    name: Annotated[str, Meta(max_length=200)]
    sets: Annotated[list[WorkoutSet], Meta(max_length=SETS)]
    note: _Text = ""


class Split(Struct, frozen=True):
    distance_m: _Number
    duration_s: _Number


class BestEffort(Struct, frozen=True):
    """The least time in which a distance was covered."""

    distance_m: _Number
    duration_s: _Number


class BestPower(Struct, frozen=True):
    """The highest mean power over a length of time."""

    duration_s: Annotated[int, Meta(ge=1, le=604_800)]
    power_w: _Number


class Analysis(Struct, frozen=True, tag="analysis"):
    """What our formulas say of the streams. `algorithm` is the version of the formulas.

    `heart_rate_s` is how many seconds the heart beat at each rate; zones are added up from it.
    """

    algorithm: int
    moving_s: Annotated[float, Meta(ge=0, le=604_800)] | None = None
    distance_m: Metres | None = None
    elevation_gain_m: Annotated[float, Meta(ge=0, le=1_000_000)] | None = None
    heart_rate_avg_bpm: _Number | None = None
    heart_rate_max_bpm: _Number | None = None
    power_avg_w: _Number | None = None
    power_max_w: _Number | None = None
    weighted_power_w: _Number | None = None
    splits: Annotated[list[Split], Meta(max_length=5_000)] = []
    best_efforts: Annotated[list[BestEffort], Meta(max_length=50)] = []
    power_curve: Annotated[list[BestPower], Meta(max_length=50)] = []
    heart_rate_s: Annotated[dict[int, _Number], Meta(max_length=400)] = {}


class Found(Struct, frozen=True, tag="found"):
    """One activity of a file, read, measured and packed: `samples` are what `streams.pack` made."""

    format: Format
    external_id: Annotated[str, Meta(min_length=1, max_length=200)]
    sport: Sport
    started_at: Annotated[datetime, Meta(tz=True)]
    duration_s: Seconds
    title: Annotated[str, Meta(max_length=500)] = ""
    note: _Text = ""
    moving_s: Seconds | None = None
    distance_m: Metres | None = None
    energy_kcal: Annotated[float, Meta(ge=0, le=50_000)] | None = None
    heart_rate_avg_bpm: HeartRate | None = None
    heart_rate_max_bpm: HeartRate | None = None
    is_barometric: bool = False
    laps: Annotated[list[Lap], Meta(max_length=LAPS)] = []
    exercises: Annotated[list[NamedSets], Meta(max_length=EXERCISES)] = []
    samples: bytes | None = None
    sample_count: int = 0
    analysis: Analysis | None = None
    warnings: list[str] = []


class Refused(Struct, frozen=True, tag="refused"):
    """An activity, or a whole file, that is not taken."""

    code: Trouble
    detail: str


class Entry(Struct, frozen=True, tag="entry"):
    """One file of a bundle, packed by `bundle.pack`; what a Strava archive says of it besides."""

    name: Annotated[str, Meta(max_length=1_000)]
    packed: bytes
    size_bytes: int = 0
    trouble: Refused | None = None
    title: Annotated[str, Meta(max_length=500)] = ""
    note: _Text = ""
    sport: Sport | None = None


class Done(Struct, frozen=True, tag="done"):
    """The last word of a reader that came to its end."""


class Task(StrEnum):
    READ = "read"
    UNPACK = "unpack"
    MEASURE = "measure"


class Order(Struct, frozen=True):
    """What the reader is to do. `tz` is where clock times without a zone are from, `imperial` their units.

    `packed`: the file comes as `bundle.pack` packed it, so that nothing expands in the hub.
    """

    task: Task
    name: str
    tz: str = "UTC"
    imperial: bool = False
    is_barometric: bool = False
    packed: bool = False


Word = Found | Refused | Entry | Analysis | Done
