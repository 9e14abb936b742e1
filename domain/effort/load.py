"""How much training was, and what is left of it: load, fitness, fatigue, form."""

import math
from collections.abc import Sequence

from msgspec import Struct

FITNESS_DAYS = 42
FATIGUE_DAYS = 7
RESTING_ML_KG_MIN = 3.5


class Day(Struct, frozen=True):
    """Where somebody stands at the end of a day. `form` is fitness - fatigue as of that morning."""

    fitness: float
    fatigue: float
    form: float


def session_load(rpe: float, duration_s: float) -> float:
    """Load of a session by how hard it felt: rating of perceived exertion (0 to 10) x minutes.

    Source: C. Foster et al., "A new approach to monitoring exercise training", J Strength Cond
    Res 15(1), 2001.
    """
    return rpe * duration_s / 60


def met_energy_kcal(met: float, *, weight_kg: float, duration_s: float) -> float:
    """Gross energy of so many metabolic equivalents: MET x 3.5 ml / kg / min, at 5 kcal a litre.

    Gross: what the body needs at rest is in it, and must not be added again.

    Source: the definition of the unit, as in Jette, Sidney and Bluemchen, "Metabolic equivalents (METS)",
    Clin Cardiol 13(8), 1990.
    """
    return max(0.0, met) * RESTING_ML_KG_MIN * weight_kg / 200 * duration_s / 60


def fitness_fatigue(loads: Sequence[float], *, before: Day | None = None) -> list[Day]:
    """For each day's load, where that leaves its doer. Every day has a load: of a day of rest it is 0.

    Exponentially weighted means over 42 and 7 days, x + (load - x) (1 - e^(-1 / days)). `before` is the day
    before the first; a load that arrives late recomputes from its day on, and gives what a whole run gives.

    Source: E. W. Banister et al., "A systems model of training for athletic performance", Aust J Sports
    Med 7, 1975, in its usual form of two running means.
    """
    slow, fast = -math.expm1(-1 / FITNESS_DAYS), -math.expm1(-1 / FATIGUE_DAYS)
    last = before or Day(0.0, 0.0, 0.0)
    days: list[Day] = []
    for load in loads:
        last = Day(
            fitness=last.fitness + (load - last.fitness) * slow,
            fatigue=last.fatigue + (load - last.fatigue) * fast,
            form=last.fitness - last.fatigue,
        )
        days.append(last)
    return days
