"""What a workout's sets add up to. Everything that shows or counts a volume gets it from here."""

import math
from collections.abc import Iterable

from msgspec import Struct

from domain.workouts.model import ExerciseEntry, SetKind


class Totals(Struct, frozen=True):
    volume_kg: float
    set_count: int


def totals(exercises: Iterable[ExerciseEntry]) -> Totals:
    """Volume in kilograms (the sum of reps x weight, to the gram) and number of sets, without warm-ups."""
    working = [one for entry in exercises for one in entry.sets if one.kind is not SetKind.WARMUP]
    # fsum, because the order of sets must not change the total.
    volume_kg = math.fsum((one.reps or 0) * (one.weight_kg or 0.0) for one in working)
    return Totals(volume_kg=round(volume_kg, 3), set_count=len(working))
