"""What every reader hands over: an activity as it was read, before it is measured."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.files.model import Format, Lap, NamedSets, Trouble, Unreadable
from domain.files.track import Track
from domain.workouts.model import Sport


@dataclass(frozen=True)
class Totals:
    """What the device itself added up; our own sums come first where there are streams."""

    moving_s: float | None = None
    distance_m: float | None = None
    energy_kcal: float | None = None
    heart_rate_avg_bpm: int | None = None
    heart_rate_max_bpm: int | None = None


@dataclass(frozen=True)
class Activity:
    format: Format
    external_id: str
    sport: Sport
    started_s: float
    """Seconds since 1970."""
    duration_s: float
    track: Track = field(default_factory=Track)
    laps: list[Lap] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    exercises: list[NamedSets] = field(default_factory=list)
    title: str = ""
    note: str = ""
    is_barometric: bool = False
    warnings: list[str] = field(default_factory=list)


class Moments:
    """Times as XML says them. All of one file say their zone, or none does, and then they are UTC."""

    def __init__(self) -> None:
        self._is_zoned: bool | None = None

    def read(self, text: str) -> float:
        """Seconds since 1970. Raises Unreadable: bad_time, mixed_time_zones."""
        try:
            found = datetime.fromisoformat(text.strip())
            is_zoned = found.tzinfo is not None
            at_s = found.timestamp() if is_zoned else (found - _NAIVE_EPOCH).total_seconds()
        except (ValueError, OverflowError) as error:
            raise Unreadable(Trouble.BAD_TIME, "A time that cannot be read.") from error
        if self._is_zoned is None:
            self._is_zoned = is_zoned
        elif self._is_zoned != is_zoned:
            raise Unreadable(Trouble.MIXED_TIME_ZONES, "Some times say their zone, others do not.")
        return at_s


_NAIVE_EPOCH = datetime(1970, 1, 1)


def number(text: str) -> float:
    """Raises Unreadable for what is no number, and for NaN and infinity."""
    try:
        value = float(text)
    except ValueError as error:
        raise Unreadable(Trouble.BAD_NUMBER, "Something that is not a number stands for one.") from error
    if not abs(value) < 1e15:
        raise Unreadable(Trouble.BAD_NUMBER, "NaN or infinity stands for a number.")
    return value
