"""Reading in this process, for tests of what is read rather than of where."""

import msgspec

from domain.files import reader, streams
from domain.files.model import Found, Order, Refused, Task, Trouble, Unreadable
from domain.files.track import Columns

decoder = msgspec.msgpack.Decoder(Found | Refused)


def read(content: bytes, *, tz: str = "UTC", imperial: bool = False) -> list[Found | Refused]:
    words = list(reader.read(content, Order(Task.READ, "a file", tz=tz, imperial=imperial)))
    # What the reader says is within what the hub lets it say.
    assert [decoder.decode(msgspec.msgpack.encode(word)) for word in words] == words
    assert all(isinstance(word, Found | Refused) for word in words)
    return [word for word in words if isinstance(word, Found | Refused)]


def found(content: bytes, *, tz: str = "UTC", imperial: bool = False) -> list[Found]:
    words = read(content, tz=tz, imperial=imperial)
    refused = [word for word in words if isinstance(word, Refused)]
    assert not refused, refused
    return [word for word in words if isinstance(word, Found)]


def one(content: bytes, *, tz: str = "UTC", imperial: bool = False) -> Found:
    (activity,) = found(content, tz=tz, imperial=imperial)
    return activity


def columns_of(activity: Found) -> Columns:
    assert activity.samples is not None, "it has streams"
    return streams.unpack(activity.samples)


def trouble(content: bytes) -> Trouble:
    """Why a file, or its first activity, is refused."""
    try:
        words = read(content)
    except Unreadable as refused:
        return refused.code
    assert isinstance(words[0], Refused), words
    return words[0].code
