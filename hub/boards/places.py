"""Places on a board as bytes that sort like PostgreSQL sorts them.

A board's sorted set holds `- thousandths` as the score, so that the first place comes first, and as the
member of the set eight bytes of `reached_at` and sixteen of the member's id: Redis orders what is level by
bytes, so who got there first stands first, and then the smaller id, as in PostgreSQL.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from struct import Struct as Packing
from uuid import UUID

from msgspec import Struct

from domain.challenges.boards import Score

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SHIFT = 1 << 63
"""Times before 1970 sort, too."""
_MOVE = Packing(">16sQd")
_ROW = Packing(">Q16sd")
_OLD = Packing(">Qd")
_HEADER = Packing(">II")
_BY_PLACE = itemgetter(2, 0, 1)
GONE = (1 << 64) - 1
"""Stands for the time of who is not on the board."""
NOWHERE = (1 << 32) - 1


class Spot(Struct, frozen=True, order=True):
    """A place, in the order of the board."""

    minus: int
    reached: int
    member: bytes

    @property
    def member_id(self) -> UUID:
        return UUID(bytes=self.member)


TOPMOST = Spot(-(1 << 62), 0, b"")
LOWEST = Spot(1 << 62, 0, b"")
"""Before and after all others."""


def spot_of(score: Score) -> Spot:
    reached = (score.reached_at - _EPOCH) // _MICROSECOND + _SHIFT
    return Spot(-score.thousandths, reached, score.member_id.bytes)


def packed_moves(moves: dict[UUID, Score | None]) -> bytes:
    """What `apply.lua` and `load.lua` read; None is gone."""
    parts = []
    for member_id, score in moves.items():
        if score is None:
            parts.append(_MOVE.pack(member_id.bytes, GONE, 0.0))
        else:
            spot = spot_of(score)
            parts.append(_MOVE.pack(spot.member, spot.reached, float(spot.minus)))
    return b"".join(parts)


def unpacked_rows(data: bytes) -> list[Spot]:
    return [Spot(int(minus), reached, member) for reached, member, minus in _ROW.iter_unpack(data)]


def first_of(data: bytes, limit: int) -> list[Spot]:
    """The first of many rows, in the order of the board."""
    first = sorted(_ROW.iter_unpack(data), key=_BY_PLACE)[:limit]
    return [Spot(int(minus), reached, member) for reached, member, minus in first]


def unpacked_old(data: bytes) -> Iterator[tuple[int, int] | None]:
    """For each move, `(minus, reached)` before it; None for who was not there."""
    for reached, minus in _OLD.iter_unpack(data):
        yield None if reached == GONE else (int(minus), reached)


def packed_spots(spots: list[Spot]) -> bytes:
    return b"".join([_ROW.pack(spot.reached, spot.member, float(spot.minus)) for spot in spots])


def unpacked_headers(data: bytes) -> Iterator[tuple[int, int]]:
    """For each spot asked for, how many stand before it and how many have more; NOWHERE where it is gone."""
    yield from _HEADER.iter_unpack(data)


def ranks(spots: list[Spot], *, before: int, better: int) -> list[int]:
    """The ranks of consecutive spots: what is level shares one."""
    found: list[int] = []
    rank = better + 1
    for at, spot in enumerate(spots):
        if at and spot.minus != spots[at - 1].minus:
            rank = before + at + 1
        found.append(rank)
    return found


def node_epoch() -> int:
    """An epoch of this process alone."""
    return time.time_ns() // 1_000_000


class Step(Struct, frozen=True):
    """A member went from one spot to another; None is off the board."""

    member_id: UUID
    old: Spot | None
    new: Spot | None


_STEP = Packing(">16sQdQd")


def packed_steps(
    challenge_id: UUID, scores: Mapping[UUID, Score | None], old: Sequence[tuple[int, int] | None]
) -> bytes:
    """What moved on a board, for the nodes that look after its watchers."""
    parts = [challenge_id.bytes]
    for (member_id, score), before in zip(scores.items(), old, strict=True):
        new = spot_of(score) if score is not None else None
        minus, reached = before or (0, GONE)
        if new is not None and (new.minus, new.reached) == (minus, reached):
            continue
        parts.append(
            _STEP.pack(
                member_id.bytes,
                reached,
                float(minus),
                new.reached if new else GONE,
                float(new.minus) if new else 0.0,
            )
        )
    return b"".join(parts)


def unpacked_steps(data: bytes) -> tuple[UUID, list[Step]]:
    steps = []
    for member, old_reached, old_minus, reached, minus in _STEP.iter_unpack(data[16:]):
        old = None if old_reached == GONE else Spot(int(old_minus), old_reached, member)
        new = None if reached == GONE else Spot(int(minus), reached, member)
        steps.append(Step(UUID(bytes=member), old, new))
    return UUID(bytes=data[:16]), steps
