"""Places on a board as bytes that sort like PostgreSQL sorts them.

A board's sorted set holds `- thousandths` as the score, so that the first place comes first, and as the
member of the set eight bytes of `reached_at` and sixteen of the member's id: Redis orders what is level by
bytes, so who got there first stands first, and then the smaller id, as in PostgreSQL.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from struct import Struct as Packing
from uuid import UUID

from msgspec import Struct

from domain.challenges.boards import Score

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SHIFT = 1 << 63
"""Times before 1970 sort, too."""
_ELEMENT = Packing(">Q16s")
_MOVE = Packing(">16sQd")
_ROW = Packing(">Q16sd")
_OLD = Packing(">Qd")
_HEADER = Packing(">II")
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

    @property
    def element(self) -> bytes:
        return _ELEMENT.pack(self.reached, self.member)


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
