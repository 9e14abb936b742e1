"""What counts in a challenge, how much, and who stands where: pure functions of the workouts.

A workout's verdict depends on itself and on its neighbours in time alone; a day adds up its verdicts; a score
is made of days. So a change can be followed by looking at its surroundings, and gives what a fresh count
gives.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, assert_never
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.challenges import plausibility
from domain.challenges.efforts import NEAR, Effort, Held
from domain.challenges.fair_model import Finding, FindingCode, LineCode
from domain.challenges.model import Handicap, Kind, Metric, Terms, Zone
from domain.challenges.windows import window
from domain.effort.strength import epley_kg
from domain.visibility import Visibility
from domain.workouts.model import Sport

BASELINE_DAYS = 28
MOST_REPS = 12
"""Beyond it, an estimate says more about endurance than about strength."""

_EXACT = Decimal("0.001")
_ALL_TIME = Decimal(1_000_000)
"""Of `fastest`, what is left of so many seconds is what ranks: more than any workout lasts."""


class Rulebook(Struct, frozen=True):
    """What a challenge asks of workouts. No sports means all of them."""

    kind: Kind
    metric: Metric
    sports: frozenset[Sport]
    terms: Terms
    starts_on: date
    ends_on: date
    tz: str
    starts_at: datetime
    ends_at: datetime

    @property
    def counts_from(self) -> datetime:
        """From when on workouts matter: with a handicap, what was usual before does, too."""
        if self.terms.handicap is Handicap.NONE:
            return self.starts_at
        first = self.starts_on - timedelta(days=BASELINE_DAYS)
        return window(first, first, self.tz, self.terms.zone)[0]


def rulebook(row: Any) -> Rulebook:
    """What the row of a challenge asks."""
    return Rulebook(
        kind=Kind(row["kind"]),
        metric=Metric(row["metric"]),
        sports=frozenset(Sport(sport) for sport in row["sports"]),
        terms=msgspec.json.decode(row["terms"], type=Terms),
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        tz=row["tz"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
    )


RULES = "kind, metric, sports, terms, starts_on, ends_on, challenge.tz, starts_at, ends_at"
"""For the SELECT list of a query on `challenge`: what makes a rulebook."""


class Verdict(Struct, frozen=True):
    """What becomes of a workout. `value` ranks: more is better. `at` is its end, whenever it was logged."""

    effort: Effort
    code: LineCode
    day: date
    value: Decimal = Decimal(0)
    findings: tuple[Finding, ...] = ()
    copy_of: UUID | None = None

    @property
    def at(self) -> datetime:
        return self.effort.ended_at


class Day(Struct, frozen=True):
    """What counted on a day: the sum and, reached first at `best_at`, the best."""

    day: date
    total: Decimal
    best: Decimal
    best_at: datetime
    last_at: datetime
    workouts: int


def judge(efforts: Iterable[Effort], book: Rulebook) -> list[Verdict]:
    """What becomes of each of one member's efforts. Those that nothing is near are judged alone."""
    verdicts: list[Verdict] = []
    asked_for: list[tuple[Effort, date, Decimal]] = []
    for effort in efforts:
        day = day_of(effort, book)
        value = measure(effort, book)
        code = _unasked(effort, day, value, book)
        if code is None and day is not None and value is not None:
            asked_for.append((effort, day, value))
        else:
            assert code is not None, "what has a day and a value is asked for"
            verdicts.append(Verdict(effort, code, day or effort.local_date, value or Decimal(0)))
    neighbours = _neighbours([effort for effort, *_ in asked_for])
    for effort, day, value in asked_for:
        verdicts.append(_judge(effort, day, value, neighbours.get(effort.workout_id, ()), book))
    return verdicts


def _unasked(effort: Effort, day: date | None, value: Decimal | None, book: Rulebook) -> LineCode | None:
    """Why a challenge does not ask for this workout at all."""
    if day is None:
        return LineCode.OUTSIDE_WINDOW
    if book.sports and effort.sport not in book.sports:
        return LineCode.OTHER_SPORT
    if effort.visibility is Visibility.PRIVATE:
        return LineCode.PRIVATE
    if book.terms.sources and effort.tier not in book.terms.sources:
        return LineCode.OTHER_SOURCE
    return LineCode.NOT_MEASURED if value is None else None


def _judge(
    effort: Effort, day: date, value: Decimal, neighbours: Sequence[Effort], book: Rulebook
) -> Verdict:
    trust = plausibility.trust(effort)
    better = sorted((one for one in neighbours if plausibility.trust(one) < trust), key=plausibility.trust)
    for one in better:
        if plausibility.are_copies(effort, one):
            return Verdict(effort, LineCode.DUPLICATE, day, value, copy_of=one.workout_id)
    found = plausibility.findings(effort)
    for one in better:
        share = plausibility.overlap(effort, one)
        if share > plausibility.OVERLAP_SHARE:
            found.append(Finding(FindingCode.OVERLAP, share, plausibility.OVERLAP_SHARE, one.workout_id))
            break
    match _ruling(effort):
        case Held.REINSTATED:
            found = []
        case Held.UPHELD:
            found = found or [Finding(FindingCode.MODERATOR)]
        case None:
            pass
    if found:
        return Verdict(effort, LineCode.QUARANTINED, day, value, tuple(found))
    return Verdict(effort, LineCode.BASELINE if day < book.starts_on else LineCode.COUNTED, day, value)


def _ruling(effort: Effort) -> Held | None:
    if effort.ruling is None:
        return None
    held, fingerprint = effort.ruling
    return held if fingerprint == plausibility.fingerprint(effort) else None


def _neighbours(efforts: Iterable[Effort]) -> dict[UUID, list[Effort]]:
    """Who is near whom: at the same time, or beginning within two minutes."""
    near: dict[UUID, list[Effort]] = {}
    running: list[Effort] = []
    for effort in sorted(efforts, key=lambda one: one.started_at):
        running = [one for one in running if is_near(one, effort.started_at, effort.started_at)]
        for one in running:
            near.setdefault(one.workout_id, []).append(effort)
            near.setdefault(effort.workout_id, []).append(one)
        running.append(effort)
    return near


def is_near(effort: Effort, since: datetime, until: datetime) -> bool:
    """Whether an effort lies in a span of time, or almost."""
    return effort.started_at <= until + NEAR and max(effort.ended_at, effort.started_at + NEAR) >= since


def day_of(effort: Effort, book: Rulebook) -> date | None:
    """The member's day that a workout counts for; before the window, a day of what is usual; else None.

    A day is where the workout was done, and within the window whatever the clocks said there.
    """
    day = effort.local_date
    if book.terms.zone is Zone.OWN:
        is_inside = book.starts_on <= day <= book.ends_on
    else:
        is_inside = book.starts_at <= effort.started_at < book.ends_at
    if is_inside:
        return min(max(day, book.starts_on), book.ends_on)
    if book.terms.handicap is Handicap.NONE:
        return None
    first = book.starts_on - timedelta(days=BASELINE_DAYS)
    if book.terms.zone is Zone.OWN:
        is_before = first <= day < book.starts_on
    else:
        is_before = book.counts_from <= effort.started_at < book.starts_at
    return min(max(day, first), book.starts_on - timedelta(days=1)) if is_before else None


def measure(effort: Effort, book: Rulebook) -> Decimal | None:
    """What a workout is worth by itself, more being better; None if it says nothing of what is measured."""
    value = _measure(effort, book)
    if value is None:
        return None
    exact = value.quantize(_EXACT)
    return exact if exact > 0 else None


def _measure(effort: Effort, book: Rulebook) -> Decimal | None:
    match book.kind:
        case Kind.FASTEST:
            is_far_enough = (effort.distance_m or 0) >= (book.terms.over_m or 0) and effort.duration_s > 0
            return _ALL_TIME - effort.duration_s if is_far_enough else None
        case Kind.BEST_LIFT:
            lifts = (
                epley_kg(one.weight_kg, one.reps)
                for one in effort.lifts
                if one.exercise == book.terms.exercise and one.reps <= MOST_REPS
            )
            best = max(lifts, default=None)
            return Decimal(repr(best)) if best is not None else None
        case Kind.STREAK | Kind.ACTIVE_DAYS if book.terms.threshold is None:
            return Decimal(1)
        case _:
            return _amount(effort, book.metric)


def _amount(effort: Effort, metric: Metric) -> Decimal | None:
    match metric:
        case Metric.DISTANCE:
            amount = effort.distance_m
        case Metric.DURATION:
            amount = effort.duration_s
        case Metric.ELEVATION:
            amount = effort.elevation_gain_m
        case Metric.VOLUME:
            amount = effort.volume_kg
        case Metric.ENERGY:
            amount = effort.energy_kcal
        case Metric.COUNT:
            amount = 1
        case Metric.EFFORT:
            amount = None if effort.rpe is None else effort.rpe * effort.duration_s / 60
        case _:
            assert_never(metric)
    return Decimal(repr(amount)) if amount is not None else None


def days(verdicts: Iterable[Verdict]) -> Iterator[Day]:
    """The days on which something counted, in order."""
    by_day: dict[date, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.code in (LineCode.COUNTED, LineCode.BASELINE):
            by_day.setdefault(verdict.day, []).append(verdict)
    for day, counted in sorted(by_day.items()):
        best = min(counted, key=lambda one: (-one.value, one.at))
        yield Day(
            day=day,
            total=sum((one.value for one in counted), Decimal(0)),
            best=best.value,
            best_at=best.at,
            last_at=max(one.at for one in counted),
            workouts=len(counted),
        )
