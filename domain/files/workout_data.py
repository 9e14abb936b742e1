"""What a workout's page shows of its streams: the curves, laps, splits, zones and best efforts."""

import asyncio
import math
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from domain import database
from domain.effort import heart
from domain.files import streams
from domain.files.errors import NoStreams
from domain.files.measure import ALGORITHM
from domain.files.model import PLACES, Analysis, BestEffort, BestPower, Channel, Lap, Order, Split, Task
from domain.files.places import DETAILS, SAMPLES
from domain.files.sandbox import Sandbox
from domain.files.taking import Details
from domain.vault import Vault
from domain.workouts.errors import NoSuchWorkout

_GET = """
SELECT workout.id, author_id, duration_s, stream.workout_id, sample_count, samples, details, algorithm
FROM workout LEFT JOIN workout_stream AS stream ON stream.workout_id = workout.id
WHERE workout.id = $1 AND may_see($2, author_id, visibility)
"""
# The highest rate of the year before: what was measured comes before what a formula guesses.
_HIGHEST_RATE = """
SELECT max(before.heart_rate_max_bpm)
FROM workout JOIN workout AS before ON before.author_id = workout.author_id
WHERE workout.id = $1
  AND before.started_at BETWEEN workout.started_at - interval '1 year' AND workout.started_at
"""
_OUTDATED = """
SELECT workout_id, member_id, is_barometric, samples, details
FROM workout_stream
WHERE algorithm < $1 AND samples IS NOT NULL
LIMIT $2
"""
_REPLACE = """
UPDATE workout_stream SET details = $2, algorithm = $3 WHERE workout_id = $1 AND algorithm < $3
"""
_A_TIME = 20


class Streams(Struct, frozen=True):
    """Streams of one workout, all of the same length; null where nothing was measured.

    `sample_count` is how many samples there are, `columns` are thinned to what was asked for. Places are
    told to the author alone.
    """

    workout_id: UUID
    sample_count: int
    columns: dict[Channel, list[float | None]]


class Zone(Struct, frozen=True):
    """A heart-rate zone: from its lower bound up to the next one's. Zone 0 has no lower bound."""

    from_bpm: float | None
    seconds: float


class Zones(Struct, frozen=True):
    """Time in zones, by what the highest heart rate is taken to be."""

    hr_max_bpm: int
    zones: list[Zone]


class WorkoutAnalysis(Struct, frozen=True):
    """What is measured of a workout's streams. `algorithm` is the version of the formulas.

    `zones` are for the author alone, because they tell of other workouts; None where no heart was heard.
    """

    workout_id: UUID
    algorithm: int
    laps: list[Lap]
    splits: list[Split]
    best_efforts: list[BestEffort]
    power_curve: list[BestPower]
    moving_s: float | None
    distance_m: float | None
    elevation_gain_m: float | None
    heart_rate_avg_bpm: float | None
    heart_rate_max_bpm: float | None
    power_avg_w: float | None
    power_max_w: float | None
    weighted_power_w: float | None
    zones: Zones | None


async def get_streams(workout_id: UUID, *, reader: UUID | None, points: int, vault: Vault) -> Streams:
    """A workout's streams, thinned. Raises NoSuchWorkout, NoStreams."""
    row = await _get(workout_id, reader)
    if row["samples"] is None:
        raise NoStreams
    packed = await vault.open(row["samples"], owner=row["author_id"], place=SAMPLES, row=workout_id)
    hidden = frozenset() if row["author_id"] == reader else PLACES
    # Hours of samples take milliseconds to unpack: others are answered meanwhile.
    columns = await asyncio.to_thread(_shown, packed, hidden, points)
    return Streams(workout_id, row["sample_count"], columns)


async def get_analysis(
    workout_id: UUID, *, reader: UUID | None, hr_max_bpm: int | None, vault: Vault
) -> WorkoutAnalysis:
    """Laps, splits, zones and bests. Raises NoSuchWorkout, NoStreams."""
    row = await _get(workout_id, reader)
    if row["details"] is None:
        raise NoStreams
    plain = await vault.open(row["details"], owner=row["author_id"], place=DETAILS, row=workout_id)
    details = msgspec.msgpack.decode(plain, type=Details)
    ours = details.analysis or Analysis(0)
    zones = None
    if row["author_id"] == reader and ours.heart_rate_s:
        highest = hr_max_bpm or await database.fetchval(_HIGHEST_RATE, workout_id)
        zones = _zones(ours.heart_rate_s, highest) if highest else None
    return WorkoutAnalysis(
        workout_id=workout_id,
        algorithm=ours.algorithm,
        laps=details.laps,
        splits=ours.splits,
        best_efforts=ours.best_efforts,
        power_curve=ours.power_curve,
        moving_s=ours.moving_s,
        distance_m=ours.distance_m,
        elevation_gain_m=ours.elevation_gain_m,
        heart_rate_avg_bpm=ours.heart_rate_avg_bpm,
        heart_rate_max_bpm=ours.heart_rate_max_bpm,
        power_avg_w=ours.power_avg_w,
        power_max_w=ours.power_max_w,
        weighted_power_w=ours.weighted_power_w,
        zones=zones,
    )


async def measure_again(*, vault: Vault, sandbox: Sandbox, algorithm: int = ALGORITHM) -> int:
    """Measure some of the streams that were measured by older formulas; how many were. Laps stay."""
    rows = await database.fetch(_OUTDATED, algorithm, _A_TIME)
    for row in rows:
        workout_id, owner = row["workout_id"], row["member_id"]
        packed = await vault.open(row["samples"], owner=owner, place=SAMPLES, row=workout_id)
        plain = await vault.open(row["details"], owner=owner, place=DETAILS, row=workout_id)
        details = msgspec.msgpack.decode(plain, type=Details)
        order = Order(Task.MEASURE, "streams", is_barometric=row["is_barometric"])
        analysis = await sandbox.measure(order, packed)
        fresh = msgspec.structs.replace(details, analysis=analysis or details.analysis)
        sealed = await vault.seal(msgspec.msgpack.encode(fresh), owner=owner, place=DETAILS, row=workout_id)
        await database.execute(_REPLACE, workout_id, sealed, algorithm)
    return len(rows)


async def _get(workout_id: UUID, reader: UUID | None) -> Any:
    row = await database.fetchrow(_GET, workout_id, reader)
    if row is None:
        raise NoSuchWorkout
    return row


def _shown(packed: bytes, hidden: frozenset[Channel], points: int) -> dict[Channel, list[float | None]]:
    columns = streams.unpack(packed)
    shown = {channel: column for channel, column in columns.items() if channel not in hidden}
    return {
        channel: [None if math.isnan(value) else round(value, 6) for value in column]
        for channel, column in streams.thinned(shown, points).items()
    }


def _zones(seconds: dict[int, float], hr_max_bpm: int) -> Zones:
    bounds = heart.zone_bounds(hr_max_bpm)
    starts = [None, *(round(bound, 1) for bound in bounds)]
    found = zip(starts, heart.zones_s(seconds, bounds), strict=True)
    return Zones(hr_max_bpm, [Zone(start, lasts_s) for start, lasts_s in found])
