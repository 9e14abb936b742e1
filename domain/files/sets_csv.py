"""The exports of Strong and Hevy: a row a set, rows of one workout after each other."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from domain.files.model import ACTIVITIES, EXERCISES, SETS, Format, NamedSets, Trouble, Unreadable
from domain.files.reading import Activity, number
from domain.files.track import check_moment
from domain.workouts.model import SetKind, Sport, WorkoutSet

POUND_KG = 0.45359237
MILE_M = 1609.344
_FIELD = 20_000
_DATES = ("%d %b %Y, %H:%M", "%b %d, %Y, %I:%M %p", "%Y-%m-%d %I:%M:%S %p")
_LENGTH = re.compile(r"(-?\d{1,6})\s*(h|m|s)")
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_STRONG_KINDS = {"w": SetKind.WARMUP, "d": SetKind.DROP, "f": SetKind.FAILURE}
_HEVY_KINDS = {
    "warmup": SetKind.WARMUP,
    "dropset": SetKind.DROP,
    "drop": SetKind.DROP,
    "failure": SetKind.FAILURE,
}

Row = Mapping[str, str]


class _One:
    """A workout while its rows are read."""

    def __init__(self, started: datetime, duration_s: float, title: str, note: str) -> None:
        self.started = started
        self.duration_s = duration_s
        self.title = title
        self.note = note
        self.sets: dict[str, list[WorkoutSet]] = {}
        self.notes: dict[str, str] = {}

    def add(self, exercise: str, one: WorkoutSet | None, note: str) -> None:
        if one is not None:
            self.sets.setdefault(exercise, []).append(one)
        if note:
            self.notes[exercise] = note


def read(data: bytes, *, tz: str, imperial: bool) -> Iterator[Activity]:
    """The workouts of an export. `imperial` is what weights are in where the file does not say it.

    Raises Unreadable: unknown_format, malformed_file, bad_number, bad_time, negative_duration and others.
    """
    rows = _rows(data)
    header = {name.strip().lower() for name in next(rows, {})}
    if {"exercise name", "workout name", "date"} <= header:
        yield from _activities(
            rows, Format.STRONG, _strong(header, imperial), ZoneInfo(tz), _warnings(header)
        )
    elif {"exercise_title", "start_time", "set_index"} <= header:
        yield from _activities(rows, Format.HEVY, _hevy, ZoneInfo(tz), [])
    else:
        raise Unreadable(Trouble.UNKNOWN_FORMAT, "A table, but with other columns than are known here.")


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    """First the header as a row, then every row by lower-case names."""
    first = data.partition(b"\n")[0]
    csv.field_size_limit(_FIELD)
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline="")
    reader = csv.DictReader(text, delimiter=";" if first.count(b";") > first.count(b",") else ",")
    try:
        yield dict.fromkeys(reader.fieldnames or (), "")
        for row in reader:
            yield {name.strip().lower(): value or "" for name, value in row.items() if isinstance(name, str)}
    except (csv.Error, UnicodeDecodeError) as error:
        raise Unreadable(Trouble.MALFORMED, "Not a table as they are written.") from error


Reader = Callable[[Row], tuple[datetime, float, str, str, str, WorkoutSet | None, str]]
"""A row to: start, duration, title, note, exercise, set, its exercise's note."""


def _activities(
    rows: Iterator[Row], kind: Format, reader: Reader, zone: ZoneInfo, warnings: list[str]
) -> Iterator[Activity]:
    found: dict[tuple[datetime, str], _One] = {}
    for row in rows:
        try:
            started, duration_s, title, note, exercise, one, aside = reader(row)
        except (msgspec.ValidationError, OverflowError) as error:
            raise Unreadable(Trouble.BAD_NUMBER, "A number that no set has.") from error
        workout = found.setdefault((started, title), _One(started, duration_s, title, note))
        workout.add(exercise, one, aside)
        if len(found) > ACTIVITIES:
            raise Unreadable(Trouble.TOO_MANY_ACTIVITIES, f"More than {ACTIVITIES} workouts.")
        if len(workout.sets) > EXERCISES or len(workout.sets.get(exercise, ())) > SETS:
            raise Unreadable(Trouble.NOT_A_WORKOUT, "More exercises or sets than a workout has.")
    if not found:
        raise Unreadable(Trouble.NO_ACTIVITY, "No workout is in this table.")
    for workout in found.values():
        try:
            started_s = workout.started.replace(tzinfo=workout.started.tzinfo or zone).timestamp()
        except OverflowError as error:
            raise Unreadable(Trouble.BAD_TIME, "A time at the end of all times.") from error
        check_moment(started_s)
        yield Activity(
            format=kind,
            external_id=f"{workout.started.isoformat()}-{workout.title}"[:200],
            sport=Sport.STRENGTH,
            started_s=started_s,
            duration_s=workout.duration_s,
            title=workout.title,
            note=workout.note,
            exercises=[
                NamedSets(name[:200], sets, workout.notes.get(name, "")[:500])
                for name, sets in workout.sets.items()
            ],
            warnings=warnings,
        )


def _warnings(header: set[str]) -> list[str]:
    says_unit = "weight unit" in header or any(name.startswith("weight (") for name in header)
    return [] if says_unit else ["The file names no unit of weight: yours was taken."]


def _strong(header: set[str], imperial: bool) -> Reader:
    weight_in_header = next((name for name in header if name.startswith("weight (")), "weight")
    distance_in_header = next((name for name in header if name.startswith("distance (")), "distance")

    def read_row(row: Row) -> tuple[datetime, float, str, str, str, WorkoutSet | None, str]:
        order = row.get("set order", "").strip().lower()
        weight_unit = row.get("weight unit", "") or weight_in_header[len("weight") :].strip(" ()")
        distance_unit = row.get("distance unit", "") or distance_in_header[len("distance") :].strip(" ()")
        one = None
        if order not in {"rest timer", "note"}:
            one = _set(
                kind=_STRONG_KINDS.get(order, SetKind.NORMAL),
                reps=row.get("reps", ""),
                weight=row.get(weight_in_header, ""),
                weight_kg=_weight_kg(weight_unit, imperial),
                distance=row.get(distance_in_header, ""),
                distance_m=_distance_m(distance_unit, imperial),
                seconds=row.get("seconds", ""),
                rpe=row.get("rpe", ""),
            )
        length = row.get("duration", "") or row.get("duration (sec)", "")
        return (
            _date(row["date"]),
            _length_s(length),
            row["workout name"].strip(),
            row.get("workout notes", "").strip(),
            row["exercise name"].strip(),
            one,
            row.get("notes", "").strip(),
        )

    return read_row


def _hevy(row: Row) -> tuple[datetime, float, str, str, str, WorkoutSet | None, str]:
    started = _date(row["start_time"])
    in_pounds, in_miles = "weight_lbs" in row, "distance_miles" in row
    one = _set(
        kind=_HEVY_KINDS.get(row.get("set_type", "").strip().lower(), SetKind.NORMAL),
        reps=row.get("reps", ""),
        weight=row.get("weight_lbs", "") if in_pounds else row.get("weight_kg", ""),
        weight_kg=POUND_KG if in_pounds else 1.0,
        distance=row.get("distance_miles", "") if in_miles else row.get("distance_km", ""),
        distance_m=MILE_M if in_miles else 1000.0,
        seconds=row.get("duration_seconds", ""),
        rpe=row.get("rpe", ""),
    )
    try:
        duration_s = (_date(row.get("end_time", "")) - started).total_seconds()
    except TypeError as error:
        raise Unreadable(Trouble.MIXED_TIME_ZONES, "Some times say their zone, others do not.") from error
    if duration_s < 0:
        raise Unreadable(Trouble.NEGATIVE_DURATION, "A workout ends before it begins.")
    return (
        started,
        duration_s,
        row.get("title", "").strip(),
        row.get("description", "").strip(),
        row["exercise_title"].strip(),
        one,
        row.get("exercise_notes", "").strip(),
    )


def _set(
    *,
    kind: SetKind,
    reps: str,
    weight: str,
    weight_kg: float,
    distance: str,
    distance_m: float,
    seconds: str,
    rpe: str,
) -> WorkoutSet | None:
    """A set; None for a row that says nothing of one. Raises ValidationError for numbers no set has."""
    said = {
        "reps": _some(reps, 1, digits=0),
        "weight_kg": _some(weight, weight_kg, digits=3),
        "distance_m": _some(distance, distance_m, digits=1),
        "duration_s": _some(seconds, 1, digits=0),
    }
    if said["reps"] is None and said["distance_m"] is None and said["duration_s"] is None:
        return None
    felt = _some(rpe, 1, digits=1)
    said["rpe"] = felt if felt is not None and 1 <= felt <= 10 else None
    return msgspec.convert({"kind": kind, **said}, WorkoutSet)


def _some(text: str, unit: float, *, digits: int) -> float | int | None:
    """The number in a cell; None for an empty one, and for the 0 that these apps write for it."""
    text = text.strip().replace(",", ".")
    value = number(text) if text else 0.0
    if value == 0:
        return None
    return round(value * unit, digits) if digits else round(value * unit)


def _weight_kg(unit: str, imperial: bool) -> float:
    unit = unit.strip().lower()
    if unit in {"lb", "lbs"}:
        return POUND_KG
    if unit in {"kg", "kgs"} or not imperial:
        return 1.0
    return POUND_KG


def _distance_m(unit: str, imperial: bool) -> float:
    known = {"m": 1.0, "meters": 1.0, "km": 1000.0, "mi": MILE_M, "miles": MILE_M, "ft": 0.3048, "yd": 0.9144}
    return known.get(unit.strip().lower(), MILE_M if imperial else 1000.0)


def _date(text: str) -> datetime:
    text = text.strip()
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _DATES:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise Unreadable(Trouble.BAD_TIME, "A time that cannot be read.")


def _length_s(text: str) -> float:
    """`1h 5m`, `45m`, `3900` or nothing, in seconds."""
    parts = _LENGTH.findall(text)
    value = (
        sum(int(count) * _SECONDS[unit] for count, unit in parts) if parts else number(text.strip() or "0")
    )
    if value < 0:
        raise Unreadable(Trouble.NEGATIVE_DURATION, "A workout of less than no time.")
    return value
