"""From what was read to what is kept: streams packed, measured by our formulas, totals decided."""

import math
from datetime import UTC, datetime

import msgspec

from domain.effort import heart, motion, power, series
from domain.files import streams
from domain.files.model import (
    LAPS,
    Analysis,
    BestEffort,
    BestPower,
    Channel,
    Found,
    Lap,
    Split,
    Trouble,
    Unreadable,
)
from domain.files.reading import Activity
from domain.files.track import LONGEST_S, Columns

ALGORITHM = 1
"""Grows with every change of a formula; what was measured by an older one is measured again."""

SPLIT_M = 1000.0
EFFORTS_M = (400, 800, 1000, 1609.344, 3000, 5000, 10_000, 20_000, 21_097.5, 40_000, 42_195, 50_000, 100_000)
POWERS_S = (1, 5, 10, 15, 30, 60, 120, 180, 300, 480, 600, 1200, 1800, 2700, 3600, 5400, 7200, 10_800, 14_400)

_FARTHEST_M = 2_000_000
_MOST_KCAL = 50_000


def found(activity: Activity) -> Found:
    """Raises Unreadable for what cannot be a workout."""
    if not math.isfinite(activity.duration_s) or activity.duration_s < 0:
        raise Unreadable(Trouble.NEGATIVE_DURATION, "This ends before it begins.")
    if activity.duration_s > LONGEST_S:
        raise Unreadable(Trouble.TOO_LONG, "Longer than a week.")
    columns = activity.track.finish(activity.started_s)
    if not math.ceil(activity.duration_s) and not activity.exercises:
        raise Unreadable(Trouble.NO_DURATION, "This lasted no time.")
    packed = streams.pack(columns) if len(columns) > 1 else None
    # Measured as it is kept, so that measuring again gives the same.
    analysis = measure(streams.unpack(packed), is_barometric=activity.is_barometric) if packed else None
    return _decided(activity, packed, analysis, sample_count=len(activity.track) if packed else 0)


def _decided(
    activity: Activity, packed: bytes | None, analysis: Analysis | None, *, sample_count: int
) -> Found:
    """Our own sums where there are streams, the device's where there are none."""
    totals, ours = activity.totals, analysis or Analysis(ALGORITHM)
    duration_s = (
        max(1, math.ceil(activity.duration_s)) if not activity.exercises else round(activity.duration_s)
    )
    moving_s = _first(ours.moving_s, _up_to(LONGEST_S, totals.moving_s))
    highest = _rate(_first(ours.heart_rate_max_bpm, totals.heart_rate_max_bpm))
    average = _rate(_first(ours.heart_rate_avg_bpm, totals.heart_rate_avg_bpm))
    return Found(
        format=activity.format,
        external_id=activity.external_id,
        sport=activity.sport,
        started_at=datetime.fromtimestamp(activity.started_s, UTC),
        duration_s=duration_s,
        title=activity.title[:500],
        note=activity.note[:2_000],
        moving_s=None if moving_s is None else min(duration_s, round(moving_s)),
        distance_m=_first(ours.distance_m, _up_to(_FARTHEST_M, totals.distance_m)),
        energy_kcal=_up_to(_MOST_KCAL, totals.energy_kcal),
        heart_rate_avg_bpm=average,
        heart_rate_max_bpm=max(highest, average or 0) if highest is not None else None,
        is_barometric=activity.is_barometric,
        laps=[_within(lap) for lap in activity.laps[:LAPS]],
        exercises=activity.exercises,
        samples=packed,
        sample_count=sample_count,
        analysis=analysis,
        warnings=activity.warnings,
    )


def measure(columns: Columns, *, is_barometric: bool) -> Analysis:
    """What the formulas of this version say of streams."""
    time_s = columns[Channel.TIME]
    distance_m = columns.get(Channel.DISTANCE)
    altitude_m = columns.get(Channel.ALTITUDE)
    rate_bpm = columns.get(Channel.HEART_RATE)
    power_w = columns.get(Channel.POWER)
    dead_band_m = motion.BAROMETRIC_M if is_barometric else motion.GPS_M
    watts = power.each_second(time_s, power_w) if power_w else []
    efforts = motion.best_efforts_s(time_s, distance_m, EFFORTS_M) if distance_m else {}
    return Analysis(
        algorithm=ALGORITHM,
        moving_s=motion.moving_s(time_s, distance_m) if distance_m else None,
        distance_m=series.highest(distance_m) if distance_m else None,
        elevation_gain_m=motion.elevation_gain_m(altitude_m, dead_band_m=dead_band_m) if altitude_m else None,
        heart_rate_avg_bpm=series.mean_over_time(time_s, rate_bpm) if rate_bpm else None,
        heart_rate_max_bpm=series.highest(rate_bpm) if rate_bpm else None,
        power_avg_w=math.fsum(watts) / len(watts) if watts else None,
        power_max_w=series.highest(power_w) if power_w else None,
        weighted_power_w=power.weighted_power_w(watts),
        splits=_splits(time_s, distance_m) if distance_m else [],
        best_efforts=[BestEffort(length_m, took_s) for length_m, took_s in efforts.items()],
        power_curve=[BestPower(*best) for best in power.best_powers_w(watts, POWERS_S).items()],
        heart_rate_s=heart.seconds_at(time_s, rate_bpm) if rate_bpm else {},
    )


def _splits(time_s: series.Series, distance_m: series.Series) -> list[Split]:
    return [
        Split(one.distance_m, one.duration_s) for one in motion.splits(time_s, distance_m, every_m=SPLIT_M)
    ]


def _within(lap: Lap) -> Lap:
    """A lap without what no lap can have; its times must be true. Raises Unreadable."""
    if lap.duration_s < 0 or lap.start_s < 0:
        raise Unreadable(Trouble.NEGATIVE_DURATION, "A lap ends before it begins.")
    if max(lap.duration_s, lap.start_s) > LONGEST_S:
        raise Unreadable(Trouble.TOO_LONG, "A lap that is longer than a week.")
    return msgspec.structs.replace(
        lap,
        distance_m=_up_to(_FARTHEST_M, lap.distance_m),
        energy_kcal=_up_to(_MOST_KCAL, lap.energy_kcal),
    )


def _up_to(most: float, value: float | None) -> float | None:
    """What a device added up, unless it cannot be."""
    return value if value is not None and 0 <= value <= most else None


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _rate(bpm: float | None) -> int | None:
    return None if bpm is None else round(bpm)
