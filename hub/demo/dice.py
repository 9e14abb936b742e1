"""Chance that can be repeated: the same seed makes the same community."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


def dice(seed: str) -> Random:
    """Chance for making things up; never for secrets."""
    return Random(f"pulsehub demo, {seed}")  # noqa: S311  # the same people each time, no secrets


def pick(rng: Random, weights: Mapping[T, float]) -> T:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def id_at(at: datetime, rng: Random) -> UUID:
    """A UUIDv7 of that moment (RFC 9562, section 5.7)."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62))
