"""The names that other apps give to exercises, and which of our catalogue they are."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from domain.files.model import NamedSets
from domain.workouts import catalogue
from domain.workouts.model import ExerciseEntry, WorkoutSet

_WITH_EQUIPMENT = re.compile(r"^(?P<name>.*?)\s*\((?P<equipment>[^()]*)\)\s*$")

# Those apps' names without their equipment, where ours differ. A dumbbell's exercise has its own below.
_BARBELL = {
    "squat": "back-squat",
    "bench press": "bench-press",
    "incline bench press": "incline-bench-press",
    "bicep curl": "barbell-curl",
    "bent over row": "barbell-row",
    "strict military press": "overhead-press",
    "shoulder press": "overhead-press",
    "skullcrusher": "skull-crusher",
    "bench press - close grip": "close-grip-bench-press",
}
_DUMBBELL = {
    "bicep curl": "dumbbell-curl",
    "chest fly": "dumbbell-fly",
    "row": "dumbbell-row",
    "bent over row": "dumbbell-row",
    "shoulder press": "dumbbell-shoulder-press",
    "overhead press": "dumbbell-shoulder-press",
}
_ANY = {
    "squat": "back-squat",
    "bodyweight squat": "air-squat",
    "air squat": "air-squat",
    "seated row": "seated-cable-row",
    "triceps pushdown": "triceps-pushdown",
    "tricep pushdown": "triceps-pushdown",
    "chest dip": "dip",
    "triceps dip": "dip",
    "tricep dip": "dip",
    "farmers walk": "farmers-carry",
    "lying leg curl": "leg-curl",
    "seated leg curl": "leg-curl",
    "jump rope": "jump-rope",
    "rowing": "rowing-machine",
    "rowing machine": "rowing-machine",
    "hip thrust": "hip-thrust",
    "kettlebell swing": "kettlebell-swing",
    "ab wheel": "ab-wheel-rollout",
}
_SAYS_NOTHING = {"", "weighted", "bodyweight"}
_ALIASES = {"barbell": _BARBELL, "dumbbell": _DUMBBELL}


class Matched(Struct, frozen=True):
    """What is in the catalogue, in order, and what is not, in words, so that nothing of it is lost."""

    entries: list[ExerciseEntry]
    unknown: list[str]
    lines: list[str]


def match(exercises: Sequence[NamedSets]) -> Matched:
    """Exercises of a file as entries of a workout."""
    entries: list[ExerciseEntry] = []
    unknown: list[str] = []
    lines: list[str] = []
    for one in exercises:
        slug = slug_of(one.name)
        if slug is None:
            unknown.append(one.name)
            lines.append(f"{one.name}: " + ", ".join(_in_words(one.sets)))
        else:
            entries.extend(
                ExerciseEntry(slug, list(one.sets[first : first + 100]), one.note if first == 0 else "")
                for first in range(0, len(one.sets), 100)
            )
    return Matched(entries, unknown, lines)


def slug_of(name: str) -> str | None:
    """Our slug for another app's name; None where we have no such exercise, or cannot be sure."""
    plain = name.strip().lower()
    said = _WITH_EQUIPMENT.match(plain)
    # "Cable - Straight Bar" is a cable.
    bare, equipment = (said["name"], said["equipment"].split(" - ")[0].strip()) if said else (plain, "")
    known = _equipment()
    alias = _ANY.get(bare, _slug(bare))
    candidates = (
        _ALIASES.get(equipment, {}).get(bare),
        _slug(f"{equipment} {bare}"),
        # Another machine is another exercise.
        alias if equipment in _SAYS_NOTHING or equipment in known.get(alias, ()) else None,
    )
    return next((slug for slug in candidates if slug in known), None)


@lru_cache(maxsize=1)
def _equipment() -> dict[str, frozenset[str]]:
    return {one.slug: frozenset(one.equipment) for one in catalogue.exercises()}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.replace("'", "")).strip("-")


def _in_words(sets: Iterable[WorkoutSet]) -> Iterable[str]:
    for one in sets:
        parts = (
            f"{one.reps} x" if one.reps is not None else "",
            f"{one.weight_kg:g} kg" if one.weight_kg is not None else "",
            f"{one.distance_m:g} m" if one.distance_m is not None else "",
            f"{one.duration_s} s" if one.duration_s is not None else "",
        )
        yield " ".join(part for part in parts if part)
