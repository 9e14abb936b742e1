"""From what was found in a file to the draft of a workout: pure."""

from uuid import UUID

import msgspec
from msgspec import Struct

from domain.files.model import Found
from domain.files.movements import match
from domain.visibility import Visibility
from domain.workouts.model import Sport, WorkoutDraft

_TITLE = 120
_NOTE = 2_000
_EXERCISES = 60


class Beside(Struct, frozen=True):
    """What is known of a file besides what is in it: from a bundle's list, and from who uploads it."""

    tz: str
    visibility: Visibility | None
    title: str = ""
    note: str = ""
    sport: Sport | None = None


def draft_of(found: Found, *, workout_id: UUID, beside: Beside) -> tuple[WorkoutDraft, list[str]]:
    """The draft, and what its member should know of it. Raises msgspec.ValidationError for no workout."""
    matched = match(found.exercises)
    warnings = list(found.warnings)
    if matched.unknown:
        names = ", ".join(matched.unknown[:20])
        warnings.append(f"Not in the catalogue, and so written into the note: {names}.")
    if len(matched.entries) > _EXERCISES:
        warnings.append(f"More than {_EXERCISES} exercises: the others were left out.")
    note = "\n".join(filter(None, (beside.note or found.note, *matched.lines)))
    if len(note) > _NOTE:
        warnings.append("The note was too long, and was cut. The file is kept as it is.")
    analysis = found.analysis
    said = {
        "id": workout_id,
        "sport": beside.sport or found.sport,
        "started_at": found.started_at,
        "tz": beside.tz,
        "duration_s": found.duration_s,
        "title": _clean(beside.title or found.title)[:_TITLE].strip(),
        "note": _clean(note)[:_NOTE],
        "moving_s": found.moving_s,
        "distance_m": found.distance_m,
        "elevation_gain_m": analysis.elevation_gain_m if analysis else None,
        "energy_kcal": found.energy_kcal,
        "heart_rate_avg_bpm": found.heart_rate_avg_bpm,
        "heart_rate_max_bpm": found.heart_rate_max_bpm,
        "visibility": beside.visibility,
        "exercises": msgspec.to_builtins(matched.entries[:_EXERCISES]),
    }
    return msgspec.convert(said, WorkoutDraft), warnings


def _clean(text: str) -> str:
    return text.replace("\0", "")
