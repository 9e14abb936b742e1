"""What a set says of the most that could be lifted once. Kilograms and repetitions, never anything else."""

from typing import Final

EPLEY_DIVISOR: Final = 30
BRZYCKI_AT_MOST: Final = 12
"""Beyond it the formula leaves its data, and from 37 repetitions on it turns negative."""


def epley_kg(weight_kg: float, reps: int) -> float:
    """One-repetition maximum by Epley, w (1 + r / 30); one repetition is its own maximum.

    Source: B. Epley, "Poundage chart", Boyd Epley Workout, 1985. Raises ValueError below one repetition.
    """
    _refuse_nonsense(weight_kg, reps)
    return weight_kg if reps == 1 else weight_kg * (1 + reps / EPLEY_DIVISOR)


def brzycki_kg(weight_kg: float, reps: int) -> float | None:
    """One-repetition maximum by Brzycki, 36 w / (37 - r); None beyond 12 repetitions.

    Source: M. Brzycki, "Strength testing: predicting a one-rep max from reps-to-fatigue", JOPERD 64(1), 1993.
    Raises ValueError below one repetition.
    """
    _refuse_nonsense(weight_kg, reps)
    return None if reps > BRZYCKI_AT_MOST else 36 * weight_kg / (37 - reps)


def _refuse_nonsense(weight_kg: float, reps: int) -> None:
    if reps < 1:
        raise ValueError("a set that says something has at least one repetition")
    if not weight_kg >= 0:
        raise ValueError("a weight is not negative")
