"""The FIT container: definitions, and messages as numbers by field; `fit_activity` knows what they mean.

Written after the public description of the protocol; measured against two libraries in `docs/files.md`.
"""

import struct
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from domain.files.model import Trouble, Unreadable

Message = dict[int, float]
"""The valid single numbers of a message, by field number. Texts and lists are left out."""

TIMESTAMP: Final = 253
_HEADER = struct.Struct("<BBHI4s")
_SIGNATURE = b".FIT"

# Base type -> (struct's letter, what means "no value").
_TYPES: Final[dict[int, tuple[str, float]]] = {
    0x00: ("B", 0xFF),
    0x01: ("b", 0x7F),
    0x02: ("B", 0xFF),
    0x83: ("h", 0x7FFF),
    0x84: ("H", 0xFFFF),
    0x85: ("i", 0x7FFFFFFF),
    0x86: ("I", 0xFFFFFFFF),
    0x88: ("f", float("nan")),
    0x89: ("d", float("nan")),
    0x0A: ("B", 0),
    0x8B: ("H", 0),
    0x8C: ("I", 0),
    0x8E: ("q", 0x7FFFFFFFFFFFFFFF),
    0x8F: ("Q", 0xFFFFFFFFFFFFFFFF),
    0x90: ("Q", 0),
}


class _Definition(Struct, frozen=True):
    """How the messages of one local type lie in the file."""

    number: int
    layout: struct.Struct
    fields: tuple[tuple[int, float] | None, ...]


def is_fit(data: bytes) -> bool:
    return data[8:12] == _SIGNATURE


def messages(data: bytes, wanted: frozenset[int]) -> Iterator[tuple[int, Message]]:
    """The messages with these global numbers, of all files that follow each other in this one.

    Raises Unreadable: truncated, wrong_checksum, malformed_file.
    """
    at = 0
    last = len(data.rstrip(b"\0"))  # some devices fill their last block up
    while at < last:
        header_size, data_end = _read_header(data, at)
        if crc(data[at:data_end]) != int.from_bytes(data[data_end : data_end + 2], "little"):
            raise Unreadable(Trouble.WRONG_CHECKSUM, "The checksum is wrong: the file was damaged.")
        try:
            yield from _read_messages(data, at + header_size, data_end, wanted)
        except (struct.error, IndexError) as error:
            raise _malformed("a message goes beyond the end") from error
        at = data_end + 2


def _read_header(data: bytes, at: int) -> tuple[int, int]:
    """The header's length, and where the messages end."""
    if len(data) - at < _HEADER.size:
        raise Unreadable(Trouble.TRUNCATED, "The file ends within its header.")
    size, _, _, data_size, signature = _HEADER.unpack_from(data, at)
    if signature != _SIGNATURE or size < _HEADER.size:
        raise _malformed("no header where one must be")
    if data_size == 0 or at + size + data_size + 2 > len(data):
        raise Unreadable(Trouble.TRUNCATED, "The file is shorter than its header says.")
    return size, at + size + data_size


def _read_messages(data: bytes, at: int, end: int, wanted: frozenset[int]) -> Iterator[tuple[int, Message]]:
    definitions: dict[int, _Definition] = {}
    clock = 0
    while at < end:
        head = data[at]
        at += 1
        if head & 0xC0 == 0x40:
            at = _define(data, at, head, definitions)
            continue
        local = (head >> 5) & 0x03 if head & 0x80 else head & 0x0F
        if local not in definitions:
            raise _malformed("a message that was not defined")
        definition = definitions[local]
        values = definition.layout.unpack_from(data, at)
        at += definition.layout.size
        if at > end:
            raise _malformed("a message goes beyond the end")
        message = {
            field[0]: value
            for field, value in zip(definition.fields, values, strict=True)
            if field is not None and value != field[1] and value == value  # not NaN
        }
        if head & 0x80:
            # Five bits of time: how far the clock went on since the last whole time.
            clock += ((head & 0x1F) - clock) & 0x1F
            message[TIMESTAMP] = clock
        elif TIMESTAMP in message:
            clock = int(message[TIMESTAMP])
        if definition.number in wanted:
            yield definition.number, message


def _define(data: bytes, at: int, head: int, definitions: dict[int, _Definition]) -> int:
    """Learn a local type; where the next record begins."""
    order = ">" if data[at + 1] == 1 else "<"
    number = int.from_bytes(data[at + 2 : at + 4], "big" if order == ">" else "little")
    count = data[at + 4]
    at += 5
    letters = [order]
    fields: list[tuple[int, float] | None] = []
    for _ in range(count):
        field, size, kind = data[at], data[at + 1], data[at + 2]
        at += 3
        letter, nothing = _TYPES.get(kind, ("", 0))
        if letter and struct.calcsize("<" + letter) == size:
            letters.append(letter)
            fields.append((field, nothing))
        else:
            letters.append(f"{size}s")
            fields.append(None)
    if head & 0x20:
        # Fields of the makers' own apps: passed over.
        for _ in range(data[at]):
            letters.append(f"{data[at + 2]}s")
            fields.append(None)
            at += 3
        at += 1
    definitions[head & 0x0F] = _Definition(number, struct.Struct("".join(letters)), tuple(fields))
    return at


def _malformed(what: str) -> Unreadable:
    return Unreadable(Trouble.MALFORMED, f"Not a FIT file as they are written: {what}.")


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
        table.append(value)
    return tuple(table)


_CRC = _crc_table()


def crc(data: bytes) -> int:
    """The checksum of FIT files: CRC-16 with the reflected polynomial 0xA001, from 0."""
    value = 0
    table = _CRC
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 0xFF]
    return value
