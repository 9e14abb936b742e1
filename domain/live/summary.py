"""What an athlete did, from their own samples.

Averages are over time, not over samples: a value holds until the next one, ten seconds at most, and not
during pauses. Distance, repetitions and energy are counters; the highest reading is what was done.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import IntEnum
from itertools import pairwise

from msgspec import Struct

from domain.live.model import Programme
from domain.live.programme import Standstill, elapsed_ms, lay_out
from domain.live.rules import Course, standstills, to_ms

Sample = Sequence[float | None]
"""One sample: milliseconds since the session's start, then the columns of Column."""

HOLD_MS = 10_000
LAST_HOLD_MS = 1_000
WORTH_LOGGING_S = 60


class Column(IntEnum):
    T_MS = 0
    HEART_RATE_BPM = 1
    POWER_W = 2
    CADENCE_RPM = 3
    SPEED_M_S = 4
    DISTANCE_M = 5
    REPS = 6
    ENERGY_KCAL = 7


_PLAUSIBLE = {
    Column.HEART_RATE_BPM: (20.0, 260.0),
    Column.POWER_W: (0.0, 3_000.0),
    Column.DISTANCE_M: (0.0, 2_000_000.0),
    Column.REPS: (0.0, 100_000.0),
    Column.ENERGY_KCAL: (0.0, 50_000.0),
}
"""A reading beyond these is a sensor's mistake, and is left out."""


class Summary(Struct, frozen=True):
    """One participant's numbers. None: nothing was measured."""

    duration_s: int
    distance_m: float | None = None
    energy_kcal: float | None = None
    heart_rate_avg_bpm: int | None = None
    heart_rate_max_bpm: int | None = None
    power_avg_w: int | None = None
    reps: int | None = None


def is_worth_logging(done: Summary) -> bool:
    """Whether this was a workout, and not a look into the room: a minute, or anything measured."""
    measured = (done.distance_m, done.energy_kcal, done.heart_rate_avg_bpm, done.power_avg_w, done.reps)
    return done.duration_s >= WORTH_LOGGING_S or (done.duration_s > 0 and any(measured))


class Attendance(Struct, frozen=True):
    """When somebody took part."""

    joined_at: datetime
    left_at: datetime | None


def summarise(
    samples: Iterable[Sample], *, course: Course, plan: Programme, attendance: Attendance
) -> Summary:
    """The numbers of one participant of a finished session."""
    assert course.started_at is not None, "a finished session has been started"
    assert course.finished_at is not None, "a session is summarised when it is finished"
    length_ms = to_ms(course.finished_at) - to_ms(course.started_at)
    began_ms = to_ms(course.started_at)
    still = [
        Standstill(one.began_ms - began_ms, None if one.ended_ms is None else one.ended_ms - began_ms)
        for one in standstills(course.pauses)
    ]
    timed = [row for row in samples if row and row[0] is not None and 0 <= row[0] <= length_ms]
    rows = sorted(timed, key=lambda row: row[0] or 0)
    heart_rates = _moving(_readings(rows, Column.HEART_RATE_BPM), still)
    distance_m = _highest(rows, Column.DISTANCE_M)
    reps = _highest(rows, Column.REPS)
    return Summary(
        duration_s=duration_s(course, plan, attendance),
        distance_m=None if distance_m is None else round(distance_m, 1),
        energy_kcal=_highest(rows, Column.ENERGY_KCAL),
        heart_rate_avg_bpm=_average(heart_rates),
        heart_rate_max_bpm=round(max(value for _, value in heart_rates)) if heart_rates else None,
        power_avg_w=_average(_moving(_readings(rows, Column.POWER_W), still)),
        reps=None if reps is None else round(reps),
    )


def duration_s(course: Course, plan: Programme, attendance: Attendance) -> int:
    """Seconds of programme between somebody's coming and going: without pauses, and none after its end."""
    assert course.started_at is not None and course.finished_at is not None, "only finished sessions"
    pauses = standstills(course.pauses)
    started_ms, finished_ms = to_ms(course.started_at), to_ms(course.finished_at)
    left_ms = finished_ms if attendance.left_at is None else min(to_ms(attendance.left_at), finished_ms)
    total_ms = lay_out(plan).total_ms
    came, went = (
        max(0, elapsed_ms(started_ms, pauses, at_ms)) for at_ms in (to_ms(attendance.joined_at), left_ms)
    )
    if total_ms is not None:
        came, went = min(came, total_ms), min(went, total_ms)
    return max(0, went - came) // 1000


def ranked(summaries: Sequence[tuple[int, Summary]]) -> list[tuple[int, int, Summary]]:
    """`(rank, number, summary)`, best first: by the first thing anybody's numbers have of distance,
    repetitions, energy and power, else by time. Equals share a rank; who was not measured comes last."""
    key = next(
        (name for name in ("distance_m", "reps", "energy_kcal", "power_avg_w")
         if any(getattr(summary, name) for _, summary in summaries)),
        "duration_s",
    )  # fmt: skip
    ordered = sorted(summaries, key=lambda one: (-(getattr(one[1], key) or 0), one[0]))
    places: list[tuple[int, int, Summary]] = []
    for place, (number, summary) in enumerate(ordered, start=1):
        is_tie = bool(places) and (getattr(places[-1][2], key) or 0) == (getattr(summary, key) or 0)
        places.append((places[-1][0] if is_tie else place, number, summary))
    return places


def _readings(rows: Sequence[Sample], column: Column) -> list[tuple[float, float]]:
    """`(t_ms, value)` of the plausible readings, in order of time."""
    low, high = _PLAUSIBLE[column]
    return [
        (row[0] or 0, value)
        for row in rows
        if len(row) > column and (value := row[column]) is not None and low <= value <= high
    ]


def _highest(rows: Sequence[Sample], column: Column) -> float | None:
    return max((value for _, value in _readings(rows, column)), default=None)


def _moving(readings: list[tuple[float, float]], still: Sequence[Standstill]) -> list[tuple[float, float]]:
    """The readings outside pauses, at milliseconds of programme: so that nothing holds during a pause."""
    return [
        (elapsed_ms(0, still, round(at)), value)
        for at, value in readings
        if not any(one.began_ms <= at and (one.ended_ms is None or at < one.ended_ms) for one in still)
    ]


def _average(readings: list[tuple[float, float]]) -> int | None:
    """The mean over time. Readings of one instant weigh nothing but the last of them."""
    if not readings:
        return None
    holds = [min(after[0] - before[0], HOLD_MS) for before, after in pairwise(readings)]
    holds.append(LAST_HOLD_MS)
    return round(sum(value * hold for (_, value), hold in zip(readings, holds, strict=True)) / sum(holds))
