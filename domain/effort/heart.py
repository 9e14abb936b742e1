"""What the heart's beats say: time in zones, load by heart rate, energy."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum

from domain.effort.series import Series, held

ZONE_FRACTIONS = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Where zones 1 to 5 begin, as fractions of the highest heart rate; below the first one is zone 0."""


class Formula(StrEnum):
    """Whose coefficients a formula takes: they were fitted on women and on men apart."""

    FEMALE = "female"
    MALE = "male"


def hr_max_by_age(age_years: float) -> float:
    """The highest heart rate to expect, 208 - 0.7 x age, for who has not measured it.

    Source: Tanaka, Monahan and Seals, "Age-predicted maximal heart rate revisited", JACC 37(1), 2001.
    """
    return 208 - 0.7 * age_years


def zone_bounds(hr_max_bpm: float) -> tuple[float, ...]:
    """Where zones 1 to 5 begin, in beats a minute."""
    return tuple(hr_max_bpm * fraction for fraction in ZONE_FRACTIONS)


def reserve_bounds(hr_rest_bpm: float, hr_max_bpm: float) -> tuple[float, ...]:
    """The same as fractions of the heart-rate reserve.

    Source: Karvonen, Kentala and Mustala, "The effects of training on heart rate", Ann Med Exp Biol Fenn
    35(3), 1957.
    """
    return tuple(hr_rest_bpm + (hr_max_bpm - hr_rest_bpm) * fraction for fraction in ZONE_FRACTIONS)


def seconds_at(time_s: Series, heart_rate_bpm: Series) -> dict[int, float]:
    """How long the heart beat at each whole rate. Time is integrated, and a hole counts for 10 s at most."""
    seconds: defaultdict[int, float] = defaultdict(float)
    for rate, lasts_s in held(time_s, heart_rate_bpm):
        seconds[round(rate)] += lasts_s
    return dict(seconds)


def zones_s(seconds: Mapping[int, float], bounds_bpm: Sequence[float]) -> list[float]:
    """Seconds in each zone: below the first bound, from bound to bound, and from the last one on."""
    found: list[list[float]] = [[] for _ in range(len(bounds_bpm) + 1)]
    for rate, lasts_s in seconds.items():
        found[sum(rate >= bound for bound in bounds_bpm)].append(lasts_s)
    return [math.fsum(zone) for zone in found]


def trimp(seconds: Mapping[int, float], *, hr_rest_bpm: float, hr_max_bpm: float, formula: Formula) -> float:
    """Banister's training impulse: minutes x reserve x 0.64 e^(1.92 reserve); women: 0.86 e^(1.67 reserve).

    Source: R. H. Morton, J. R. Fitz-Clarke, E. W. Banister, "Modeling human performance in running", J Appl
    Physiol 69(3), 1990. The reserve is the fraction of the way from rest to the highest rate, within 0 and 1.
    Raises ValueError where the highest rate is not above rest.
    """
    if not hr_max_bpm > hr_rest_bpm:
        raise ValueError("the highest heart rate is above the resting one")
    factor, exponent = (0.86, 1.67) if formula is Formula.FEMALE else (0.64, 1.92)

    def impulse(rate: int, lasts_s: float) -> float:
        reserve = min(1.0, max(0.0, (rate - hr_rest_bpm) / (hr_max_bpm - hr_rest_bpm)))
        return lasts_s / 60 * reserve * factor * math.exp(exponent * reserve)

    return math.fsum(impulse(rate, lasts_s) for rate, lasts_s in seconds.items())


def energy_kcal(
    seconds: Mapping[int, float], *, weight_kg: float, age_years: float, formula: Formula
) -> float:
    """Gross energy of steady work by heart rate; a rate so low that it would give less than nothing gives 0.

    Gross: what the body needs at rest is in it, and must not be added again. Not for intervals or weights.

    Source: Keytel et al., "Prediction of energy expenditure from heart rate monitoring during submaximal
    exercise", J Sports Sci 23(3), 2005, the equations without VO2max.
    """
    if formula is Formula.MALE:
        base, by_rate, by_weight, by_age = -55.0969, 0.6309, 0.1988, 0.2017
    else:
        base, by_rate, by_weight, by_age = -20.4022, 0.4472, -0.1263, 0.074

    def burnt(rate: int, lasts_s: float) -> float:
        kilojoules_a_minute = base + by_rate * rate + by_weight * weight_kg + by_age * age_years
        return max(0.0, kilojoules_a_minute) / 4.184 * lasts_s / 60

    return math.fsum(burnt(rate, lasts_s) for rate, lasts_s in seconds.items())
