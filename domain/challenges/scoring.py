"""What counts in a challenge, how much, and who stands where."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.challenges.model import Metric
from domain.visibility import Visibility
from domain.workouts.model import Sport

_EXACT = Decimal("0.001")


class Terms(Struct, frozen=True):
    """What a challenge asks of a workout. No sports means all of them."""

    metric: Metric
    sports: frozenset[Sport]
    starts_at: datetime
    ends_at: datetime


class Effort(Struct, frozen=True):
    """What a challenge looks at in a workout."""

    workout_id: UUID
    sport: Sport
    started_at: datetime
    duration_s: int
    distance_m: float | None
    volume_kg: float
    visibility: Visibility


class Entry(Struct, frozen=True):
    """What a workout adds to a score. `at` is the end of the workout, whenever it was logged."""

    workout_id: UUID
    value: Decimal
    at: datetime


class Score(Struct, frozen=True):
    """`reached_at` is the end of the last workout that counts; without any, when the member joined."""

    total: Decimal
    workouts: int
    reached_at: datetime


def window(starts_on: date, ends_on: date, tz: str) -> tuple[datetime, datetime]:
    """The first instant of the first day, and the first one after the last day, as UTC.

    Where a clock change skips or repeats midnight, the day begins at its first instant.
    """
    return _first_instant(starts_on, tz), _first_instant(ends_on + timedelta(days=1), tz)


def _first_instant(day: date, tz: str) -> datetime:
    # fold=0: the first of two midnights; of a skipped one, the moment of the change.
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(tz)).astimezone(UTC)


def entry(effort: Effort, terms: Terms) -> Entry | None:
    """What this workout adds; None if it does not count. Private workouts never do."""
    if effort.visibility is Visibility.PRIVATE or (terms.sports and effort.sport not in terms.sports):
        return None
    if not terms.starts_at <= effort.started_at < terms.ends_at:
        return None
    value = _measure(effort, terms.metric).quantize(_EXACT)
    if value <= 0:
        return None
    return Entry(effort.workout_id, value, effort.started_at + timedelta(seconds=effort.duration_s))


def _measure(effort: Effort, metric: Metric) -> Decimal:
    match metric:
        case Metric.DISTANCE:
            return Decimal(repr(effort.distance_m or 0.0))
        case Metric.DURATION:
            return Decimal(effort.duration_s)
        case Metric.VOLUME:
            return Decimal(repr(effort.volume_kg))
        case Metric.COUNT:
            return Decimal(1)


def score(entries: Iterable[Entry], *, joined_at: datetime) -> Score:
    """The sum of the entries, exact in any order."""
    counted = list(entries)
    if not counted:
        return Score(Decimal(0), 0, joined_at)
    total = sum((one.value for one in counted), Decimal(0))
    return Score(total, len(counted), max(one.at for one in counted))


def ranked(scores: Iterable[tuple[UUID, Score]]) -> list[tuple[int, UUID, Score]]:
    """Highest first. Equal scores share a rank and leave the next ones out (1, 2, 2, 4); in a tie, who got
    there first stands first."""
    ordered: Sequence[tuple[UUID, Score]] = sorted(
        scores, key=lambda one: (-one[1].total, one[1].reached_at, one[0])
    )
    places: list[tuple[int, UUID, Score]] = []
    for place, (member_id, their) in enumerate(ordered, start=1):
        is_tie = bool(places) and places[-1][2].total == their.total
        places.append((places[-1][0] if is_tie else place, member_id, their))
    return places
