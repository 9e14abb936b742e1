"""Streams, packed: each column in whole steps, as differences, byte by byte, compressed together.

A step is as fine as sensors are: 1 ms, 0.1 m of distance and height, about 0.1 m on the map. All that is
derived is derived from packed streams, so computing it anew gives the same.
"""

import math
import zlib
from array import array
from itertools import accumulate, pairwise
from sys import byteorder
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from domain.files.model import PLACES, POINTS, Channel
from domain.files.track import NAN, Column, Columns

STEPS: Final = {
    Channel.TIME: 1000,
    Channel.LATITUDE: 1_000_000,
    Channel.LONGITUDE: 1_000_000,
    Channel.ALTITUDE: 10,
    Channel.DISTANCE: 10,
    Channel.SPEED: 100,
    Channel.HEART_RATE: 1,
    Channel.CADENCE: 1,
    Channel.POWER: 1,
    Channel.TEMPERATURE: 1,
}
"""How many steps a unit has."""

Integers: TypeAlias = "array[int]"

_MAGIC = b"PS1"
_LEVEL = 9
_WIDTH = 4
_LARGEST = POINTS * len(Channel) * (_WIDTH + 1) + 10_000


class _Column(Struct, array_like=True):
    """`holes` has a byte for each sample, 1 where there is none; empty where there are no holes."""

    channel: Channel
    holes: bytes
    planes: bytes


class _Packed(Struct, array_like=True):
    count: int
    columns: list[_Column]


class Damaged(Exception):
    """This is not what `pack` made."""


def pack(columns: Columns) -> bytes:
    count = len(columns[Channel.TIME])
    assert count <= POINTS, "a track has no more samples"
    listed = [_pack_column(channel, column) for channel, column in columns.items()]
    return _MAGIC + zlib.compress(msgspec.msgpack.encode(_Packed(count, listed)), _LEVEL)


def unpack(packed: bytes) -> Columns:
    """Raises Damaged. Never makes more than a track may have."""
    if not packed.startswith(_MAGIC):
        raise Damaged("other magic")
    expander = zlib.decompressobj()
    try:
        plain = expander.decompress(packed[len(_MAGIC) :], _LARGEST)
        found = msgspec.msgpack.decode(plain, type=_Packed)
    except (zlib.error, msgspec.DecodeError) as error:
        raise Damaged(str(error)) from error
    columns = {one.channel: _unpack_column(one, found.count) for one in found.columns}
    if Channel.TIME not in columns:
        raise Damaged("no times")
    return columns


def thinned(columns: Columns, points: int) -> Columns:
    """About as many samples as asked for, evenly chosen; the last one is always among them.

    Times, places, heights and distances are samples; of the others it is the mean of those left out.
    """
    count = len(columns[Channel.TIME])
    if count <= points:
        return columns
    borders = [place * (count - 1) // (points - 1) for place in range(points - 1)]
    ranges = [*pairwise([*borders, count - 1]), (count - 1, count)]
    return {
        channel: array("d", (column[first] for first, _ in ranges))
        if channel in _SAMPLED
        else array("d", (_mean(column[first:end]) for first, end in ranges))
        for channel, column in columns.items()
    }


_SAMPLED = PLACES | {Channel.TIME, Channel.ALTITUDE, Channel.DISTANCE}


def _mean(values: Column) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else NAN


def _pack_column(channel: Channel, column: Column) -> _Column:
    steps = STEPS[channel]
    holes = bytes(value != value for value in column)  # NaN alone differs from itself
    whole = [round(value * steps) for value in column if value == value]
    changes = _changes(_changes(whole)) if channel is Channel.TIME else _changes(whole)
    # Small changes in either direction are small numbers, whose upper bytes are zeros.
    zigzag = array("I", ((change << 1) ^ (change >> 63) for change in changes))
    return _Column(channel, holes if any(holes) else b"", _planes(zigzag))


def _unpack_column(column: _Column, count: int) -> Column:
    zigzag = _from_planes(column.planes)
    changes = [(number >> 1) ^ -(number & 1) for number in zigzag]
    whole = list(accumulate(changes))
    if column.channel is Channel.TIME:
        whole = list(accumulate(whole))
    steps = STEPS[column.channel]
    if not column.holes:
        values = array("d", (number / steps for number in whole))
    else:
        if column.holes.count(0) != len(whole):
            raise Damaged("holes that do not fit")
        known = iter(whole)
        values = array("d", (NAN if hole else next(known) / steps for hole in column.holes))
    if len(values) != count:
        raise Damaged("columns of different lengths")
    return values


def _changes(numbers: list[int]) -> list[int]:
    return [now - before for before, now in pairwise([0, *numbers])]


def _planes(numbers: Integers) -> bytes:
    """All lowest bytes, then all second ones, and so on: like next to like."""
    raw = _little_endian(numbers).tobytes()
    return b"".join(raw[byte::_WIDTH] for byte in range(_WIDTH))


def _from_planes(planes: bytes) -> Integers:
    length, rest = divmod(len(planes), _WIDTH)
    if rest:
        raise Damaged("half a number")
    raw = bytearray(len(planes))
    for byte in range(_WIDTH):
        raw[byte::_WIDTH] = planes[byte * length : (byte + 1) * length]
    return _little_endian(array("I", bytes(raw)))


def _little_endian(numbers: Integers) -> Integers:
    assert numbers.itemsize == _WIDTH, "an unsigned int has four bytes wherever Python runs today"
    if byteorder == "big":
        numbers.byteswap()
    return numbers
