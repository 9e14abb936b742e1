"""What is believed of a workout: open rules for each sport, with a version.

The speeds lie a little above what the best in the world have held for so long on foot, in water and on
wheels; the rest is generous, too. A rule is to catch a car, a typing error and a wrong unit, not a good day.
"""

import hashlib
from collections.abc import Iterator
from functools import cache

import msgspec

from domain.challenges.efforts import NEAR, Effort
from domain.challenges.fair_model import FairPlayRules, Finding, FindingCode, SpeedBound, SportBounds
from domain.challenges.model import Tier
from domain.workouts.model import Sport

VERSION = 1

HEART_RATE_BPM = 225
RESTING_BPM = 55
OVERLAP_SHARE = 0.5
COPY_DURATION = 0.05
COPY_DISTANCE = 0.03

_DAY_S = 86_400
_FEET = ((0, 12.5), (400, 9.4), (1_500, 7.4), (5_000, 6.8), (21_097, 6.3), (42_195, 6.1), (100_000, 4.8))
_WHEELS = ((0, 25.0), (5_000, 17.0), (100_000, 14.0), (400_000, 11.5))
_SPEED: dict[Sport, tuple[tuple[float, float], ...]] = {
    Sport.RUN: _FEET,
    Sport.WALK: ((0, 4.6), (10_000, 4.2), (50_000, 3.9)),
    Sport.HIKE: ((0, 5.0), (20_000, 4.0)),
    Sport.RIDE: _WHEELS,
    Sport.INDOOR_RIDE: _WHEELS,
    Sport.ROW: ((0, 6.8), (2_000, 6.2), (10_000, 5.8)),
    Sport.SWIM: ((0, 2.5), (400, 1.9), (5_000, 1.7)),
}
_CLIMB = {
    Sport.RUN: 2_400.0,
    Sport.WALK: 1_600.0,
    Sport.HIKE: 2_000.0,
    Sport.RIDE: 2_200.0,
    Sport.INDOOR_RIDE: 2_200.0,
}
_LONGEST_S = {
    Sport.SWIM: 1.5 * _DAY_S,
    Sport.STRENGTH: 0.5 * _DAY_S,
    Sport.HIIT: 0.5 * _DAY_S,
    Sport.HIKE: 3 * _DAY_S,
}
_POWER_W = 2_100.0
_WEIGHT_KG = 520.0
_VOLUME_KG_PER_MIN = 2_000.0
_JOULES_PER_KCAL = 4_184
_SPARE_S = 120


@cache
def rules() -> FairPlayRules:
    """All of them, to be read by everybody."""
    return FairPlayRules(
        version=VERSION,
        tiers=list(Tier),
        sports=[_bounds(sport) for sport in Sport],
        heart_rate_bpm=HEART_RATE_BPM,
        resting_bpm=RESTING_BPM,
        overlap_share=OVERLAP_SHARE,
        copy_start_s=int(NEAR.total_seconds()),
        copy_duration_share=COPY_DURATION,
        copy_distance_share=COPY_DISTANCE,
    )


@cache
def _bounds(sport: Sport) -> SportBounds:
    return SportBounds(
        sport=sport,
        speed=[SpeedBound(from_m, at_most) for from_m, at_most in _SPEED.get(sport, ())],
        duration_s=int(_LONGEST_S.get(sport, 2 * _DAY_S)),
        climb_m_per_h=_CLIMB.get(sport),
        power_w=_POWER_W,
        weight_kg=_WEIGHT_KG,
        volume_kg_per_min=_VOLUME_KG_PER_MIN,
    )


def findings(effort: Effort) -> list[Finding]:
    """What is hard to believe about one workout by itself."""
    return list(_findings(effort, _bounds(effort.sport)))


def _findings(effort: Effort, bounds: SportBounds) -> Iterator[Finding]:
    speed, limit = _speed(effort, bounds)
    if limit is not None and speed > limit:
        yield Finding(FindingCode.TOO_FAST, speed, limit)
    if effort.duration_s > bounds.duration_s:
        yield Finding(FindingCode.TOO_LONG, effort.duration_s, bounds.duration_s)
    if effort.duration_s > 0:
        yield from _rates(effort, bounds)
    if effort.heaviest_kg is not None and effort.heaviest_kg > bounds.weight_kg:
        yield Finding(FindingCode.TOO_HEAVY, effort.heaviest_kg, bounds.weight_kg)
    yield from _heart(effort, speed, bounds)


def _speed(effort: Effort, bounds: SportBounds) -> tuple[float, float | None]:
    """The mean speed in metres a second, and the highest that is believed over this distance."""
    if not effort.distance_m or not bounds.speed:
        return 0.0, None
    speed = effort.distance_m / max(effort.duration_s, 1)
    # Between two bounds it is the lower one that is certain: nobody gets faster by going on.
    reached = [bound.at_most_mps for bound in bounds.speed if bound.from_m <= effort.distance_m]
    return speed, reached[-1]


def _rates(effort: Effort, bounds: SportBounds) -> Iterator[Finding]:
    # A few minutes are given away, so that a rounded number in a short workout is no finding; and more of
    # them for sets, whose logs often say no duration worth the name.
    climb = (effort.elevation_gain_m or 0) * 3_600 / (effort.duration_s + _SPARE_S)
    if bounds.climb_m_per_h is not None and climb > bounds.climb_m_per_h:
        yield Finding(FindingCode.TOO_STEEP, climb, bounds.climb_m_per_h)
    power_w = (effort.energy_kcal or 0) * _JOULES_PER_KCAL / (effort.duration_s + _SPARE_S)
    if power_w > bounds.power_w:
        yield Finding(FindingCode.TOO_MUCH_POWER, power_w, bounds.power_w)
    dense = effort.volume_kg * 60 / (effort.duration_s + 5 * _SPARE_S)
    if dense > bounds.volume_kg_per_min:
        yield Finding(FindingCode.TOO_DENSE, dense, bounds.volume_kg_per_min)


def _heart(effort: Effort, speed: float, bounds: SportBounds) -> Iterator[Finding]:
    bpm = effort.heart_rate_avg_bpm
    if bpm is None:
        return
    if bpm > HEART_RATE_BPM:
        yield Finding(FindingCode.HEART_RATE_TOO_HIGH, bpm, HEART_RATE_BPM)
    if bpm < RESTING_BPM and bounds.speed and speed > bounds.speed[-1].at_most_mps / 2:
        yield Finding(FindingCode.HEART_RATE_TOO_LOW, bpm, RESTING_BPM)


def fingerprint(effort: Effort) -> bytes:
    """The numbers that are judged: a decision holds for these, and not for what an edit makes of them."""
    judged = (
        effort.sport,
        effort.tier,
        effort.started_at,
        effort.duration_s,
        effort.distance_m,
        effort.elevation_gain_m,
        effort.energy_kcal,
        effort.heart_rate_avg_bpm,
        effort.volume_kg,
        effort.heaviest_kg,
    )
    return hashlib.sha256(msgspec.msgpack.encode(judged)).digest()[:16]


def are_copies(one: Effort, other: Effort) -> bool:
    """Whether two workouts look like one that was logged twice."""
    if one.sport is not other.sport or abs(one.started_at - other.started_at) > NEAR:
        return False
    return _agree(one.duration_s, other.duration_s, COPY_DURATION) or _agree(
        one.distance_m, other.distance_m, COPY_DISTANCE
    )


def _agree(one: float | None, other: float | None, share: float) -> bool:
    return bool(one) and bool(other) and abs((one or 0) - (other or 0)) <= share * max(one or 0, other or 0)


def overlap(one: Effort, other: Effort) -> float:
    """How much of the shorter one lies in both, from 0 to 1."""
    shorter = min(one.duration_s, other.duration_s)
    if not shorter:
        return 0.0
    both = min(one.ended_at, other.ended_at) - max(one.started_at, other.started_at)
    return max(0.0, both.total_seconds() / shorter)


_ORDER = {tier: place for place, tier in enumerate(Tier)}


def trust(effort: Effort) -> tuple[int, bytes]:
    """Of several workouts, the least is believed first: by tier, then by age. It does not depend on when they
    arrived."""
    return _ORDER[effort.tier], effort.workout_id.bytes
