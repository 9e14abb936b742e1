"""The reader: a process of its own that takes one file from strangers, and can do nothing else.

It has no environment, no database and no key; the kernel ends it when it takes too much memory or time. It
reads an order and a file from its standard input, and writes words, each behind its length, to its output.
"""

import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from typing import BinaryIO, Final

import msgspec

from domain.files import bundle, fit, fit_activity, gpx, measure, sets_csv, streams, tcx
from domain.files.model import ACTIVITIES, Done, Order, Refused, Task, Trouble, Unreadable, Word
from domain.files.reading import Activity

LENGTH: Final = struct.Struct("<I")

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


def main(memory_bytes: int, cpu_s: int) -> None:
    """Do what the standard input says, with so many bytes of addresses and so many seconds of work."""
    _lock_in(memory_bytes, cpu_s)
    words = sys.stdout.buffer
    try:
        for word in _work(sys.stdin.buffer):
            _say(words, word)
    except Unreadable as refused:
        _say(words, Refused(refused.code, refused.detail))
    except MemoryError:
        _say(words, Refused(Trouble.TOO_MUCH_MEMORY, "This takes more memory to read than a file may."))
    _say(words, Done())
    words.flush()


def _lock_in(memory_bytes: int, cpu_s: int) -> None:
    """From here on: no new files, no children, no privileges, and an end to memory and time."""
    for limit, value in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        resource.setrlimit(limit, (value, value))
    # The first one says SIGXCPU, so that the hub knows why.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    os.nice(10)  # whoever waits for a page goes first
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _work(source: BinaryIO) -> Iterator[Word]:
    (length,) = LENGTH.unpack(source.read(LENGTH.size))
    order = msgspec.msgpack.decode(source.read(length), type=Order)
    data = bundle.unpack(source.read()) if order.packed else source.read()
    match order.task:
        case Task.READ:
            yield from read(data, order)
        case Task.UNPACK:
            yield from bundle.entries(data)
        case Task.MEASURE:
            yield measure.measure(streams.unpack(data), is_barometric=order.is_barometric)


def read(data: bytes, order: Order) -> Iterator[Word]:
    """The activities of one file, by what it is and not by its name. One that is refused spoils no other."""
    for number, activity in enumerate(_activities(data, order)):
        if number >= ACTIVITIES:
            yield Refused(
                Trouble.TOO_MANY_ACTIVITIES, f"More than {ACTIVITIES} workouts: the rest is left out."
            )
            return
        try:
            yield measure.found(activity)
        except Unreadable as refused:
            yield Refused(refused.code, refused.detail)


def _activities(data: bytes, order: Order) -> Iterator[Activity]:
    if bundle.is_gzip(data):
        data = bundle.expand(data)
    if not data.strip():
        raise Unreadable(Trouble.EMPTY, "Nothing is in this file.")
    if bundle.is_gzip(data) or bundle.is_zip(data):
        raise Unreadable(Trouble.NESTED, "A compressed file within a compressed file.")
    if fit.is_fit(data):
        return fit_activity.read(data)
    head = data[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<") or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return tcx.read(data) if b"<TrainingCenterDatabase" in data[:4_000] else gpx.read(data)
    if b"," in head or b";" in head:
        return sets_csv.read(data, tz=order.tz, imperial=order.imperial)
    raise Unreadable(Trouble.UNKNOWN_FORMAT, "Not a file of a format that is known here.")


def _say(words: BinaryIO, word: Word) -> None:
    encoded = msgspec.msgpack.encode(word)
    words.write(LENGTH.pack(len(encoded)) + encoded)
