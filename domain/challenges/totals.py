"""From days to a score, and from a score to what is shown of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from domain.challenges.model import Handicap, Kind, Metric
from domain.challenges.scoring import BASELINE_DAYS, Day, Rulebook

LIMIT = Decimal(2**53 - 1) / 1000
"""A score at the limit stays there: beyond it, a float no longer tells thousandths apart."""

_EXACT = Decimal("0.001")
_ALL_TIME = Decimal(1_000_000)

_USUAL_AT_LEAST = {
    Metric.DISTANCE: Decimal(10_000),
    Metric.DURATION: Decimal(7_200),
    Metric.ELEVATION: Decimal(200),
    Metric.VOLUME: Decimal(5_000),
    Metric.ENERGY: Decimal(1_500),
    Metric.COUNT: Decimal(4),
    Metric.EFFORT: Decimal(480),
}
"""Who has done less than this in four weeks is counted as having done this: from nothing to something is no
percentage."""


class Score(Struct, frozen=True):
    """`total` ranks, more being better. `reached_at` is the end of the workout with which it was reached;
    without any, when the member joined."""

    total: Decimal
    workouts: int
    reached_at: datetime


def score(
    listed: Iterable[Day], book: Rulebook, *, joined_at: datetime, body_weight_kg: float | None = None
) -> Score:
    """What the days add up to. Exact, and the same in any order of arrival."""
    every = sorted(listed, key=lambda one: one.day)
    counted = [one for one in every if one.day >= book.starts_on]
    usual = baseline([one for one in every if one.day < book.starts_on], book)
    match book.kind:
        case Kind.MOST | Kind.GROUP_GOAL:
            total, reached_at = _sum(counted, book, joined_at)
            if usual is not None:
                total = total * 100 / usual
        case Kind.FASTEST | Kind.LONGEST | Kind.BEST_LIFT:
            total, reached_at = _best(counted, joined_at)
            if book.kind is Kind.BEST_LIFT and book.terms.relative:
                total = total / Decimal(repr(body_weight_kg)) if body_weight_kg else Decimal(0)
        case Kind.ACTIVE_DAYS:
            good = [one for one in counted if is_enough(one, book)]
            total, reached_at = Decimal(len(good)), max((one.last_at for one in good), default=joined_at)
        case Kind.STREAK:
            total, reached_at = _streak([one for one in counted if is_enough(one, book)], joined_at)
        case Kind.LAST_STANDING:
            total, reached_at = _rounds(counted, book, joined_at)
    workouts = sum(one.workouts for one in counted) if total > 0 else 0
    return Score(min(total.quantize(_EXACT), LIMIT), workouts, reached_at if total > 0 else joined_at)


def capped(day: Day, book: Rulebook) -> Decimal:
    """What counts of a day's sum."""
    cap = book.terms.daily_cap
    return day.total if cap is None else min(day.total, Decimal(repr(cap)))


def is_enough(day: Day, book: Rulebook) -> bool:
    """Whether a day is an active one."""
    return capped(day, book) >= Decimal(repr(book.terms.threshold or 0.0))


def baseline(before: Iterable[Day], book: Rulebook) -> Decimal | None:
    """What a member usually does in as many days as the window has; None without a handicap."""
    if book.terms.handicap is Handicap.NONE:
        return None
    done = sum((capped(one, book) for one in before), Decimal(0))
    length = (book.ends_on - book.starts_on).days + 1
    return max(done, _USUAL_AT_LEAST[book.metric]) * length / BASELINE_DAYS


def _sum(counted: Sequence[Day], book: Rulebook, joined_at: datetime) -> tuple[Decimal, datetime]:
    total = sum((capped(one, book) for one in counted), Decimal(0))
    return total, max((one.last_at for one in counted), default=joined_at)


def _best(counted: Sequence[Day], joined_at: datetime) -> tuple[Decimal, datetime]:
    if not counted:
        return Decimal(0), joined_at
    best = min(counted, key=lambda one: (-one.best, one.best_at))
    return best.best, best.best_at


def _streak(good: Sequence[Day], joined_at: datetime) -> tuple[Decimal, datetime]:
    """The longest run of days one after the other, and the end of its last one."""
    longest, reached_at, length = 0, joined_at, 0
    for place, one in enumerate(good):
        follows = place > 0 and one.day - good[place - 1].day == timedelta(days=1)
        length = length + 1 if follows else 1
        if length > longest:
            longest, reached_at = length, one.last_at
    return Decimal(longest), reached_at


def _rounds(counted: Sequence[Day], book: Rulebook, joined_at: datetime) -> tuple[Decimal, datetime]:
    """How many rounds from the first on reached the threshold, without a miss."""
    survived, reached_at = 0, joined_at
    for number in range(rounds(book)):
        played = [one for one in counted if round_of(one, book) == number]
        if sum((capped(one, book) for one in played), Decimal(0)) < Decimal(
            repr(book.terms.threshold or 0.0)
        ):
            break
        if not played:
            break
        survived, reached_at = survived + 1, max(one.last_at for one in played)
    return Decimal(survived), reached_at


def rounds(book: Rulebook) -> int:
    """How many whole rounds there are; what is left of the window belongs to the last one."""
    return max(1, ((book.ends_on - book.starts_on).days + 1) // book.terms.round_days)


def round_of(day: Day, book: Rulebook) -> int:
    return min((day.day - book.starts_on).days // book.terms.round_days, rounds(book) - 1)


def shown(kind: Kind, value: Decimal | float) -> float:
    """A score as people see it: of `fastest`, the time."""
    if kind is Kind.FASTEST:
        return float(_ALL_TIME - Decimal(value)) if value else 0.0
    return float(value)
