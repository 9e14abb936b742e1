"""Frames become bytes, once for each encoding, and WebSocket messages become frames.

A message of JSON frames is separated by newlines; msgpack frames stand one after another. What many will
read is a `Parcel`: encoded once, framed once, and written as it is to each.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from realtime.frames import AnyClientFrame, AnyServerFrame, Event, Ingest, Signal

TEXT = 0x1
BINARY = 0x2
FINAL = 0x80

Malformed = (msgspec.DecodeError, ValueError, RecursionError)
"""What decoding bytes of a stranger may raise: RecursionError stands for absurd nesting."""


def framed(opcode: int, payload: bytes) -> bytes:
    """One final, unmasked WebSocket frame (RFC 6455, section 5.2), as a server sends it."""
    length = len(payload)
    if length < 126:
        return bytes((FINAL | opcode, length)) + payload
    if length < 65_536:
        return struct.pack("!BBH", FINAL | opcode, 126, length) + payload
    return struct.pack("!BBQ", FINAL | opcode, 127, length) + payload


_samples: msgspec.json.Decoder[Ingest] = msgspec.json.Decoder(Ingest)


def only_samples(message: bytes) -> Ingest | None:
    """The commonest message of all, one JSON frame of samples; None where it is anything else."""
    if not message.startswith(b'{"type":"ingest"') or b"\n" in message:
        return None
    try:
        return _samples.decode(message)
    except Malformed:
        return None


class JsonWire:
    """`pulse.v1.json`."""

    name = "pulse.v1.json"
    index = 0
    opcode = TEXT

    def __init__(self) -> None:
        self._encoder = msgspec.json.Encoder()
        self._client: msgspec.json.Decoder[AnyClientFrame] = msgspec.json.Decoder(AnyClientFrame)
        self._server: msgspec.json.Decoder[AnyServerFrame] = msgspec.json.Decoder(AnyServerFrame)

    def encode(self, frames: Sequence[Any]) -> bytes:
        if len(frames) == 1:
            return self._encoder.encode(frames[0])
        return b"\n".join(map(self._encoder.encode, frames))

    def split(self, message: bytes) -> Iterator[bytes]:
        return iter(message.split(b"\n"))

    def client_frame(self, one: bytes) -> AnyClientFrame:
        return self._client.decode(one)

    def server_frame(self, one: bytes) -> AnyServerFrame:
        return self._server.decode(one)


class MsgpackWire:
    """`pulse.v1.msgpack`."""

    name = "pulse.v1.msgpack"
    index = 1
    opcode = BINARY

    def __init__(self) -> None:
        self._encoder = msgspec.msgpack.Encoder()
        self._client: msgspec.msgpack.Decoder[AnyClientFrame] = msgspec.msgpack.Decoder(AnyClientFrame)
        self._server: msgspec.msgpack.Decoder[AnyServerFrame] = msgspec.msgpack.Decoder(AnyServerFrame)

    def encode(self, frames: Sequence[Any]) -> bytes:
        return b"".join([self._encoder.encode(_thawed(frame)) for frame in frames])

    def split(self, message: bytes) -> Iterator[bytes]:
        at = 0
        while at < len(message):
            end = object_end(message, at)
            yield message[at:end]
            at = end

    def client_frame(self, one: bytes) -> AnyClientFrame:
        return self._client.decode(one)

    def server_frame(self, one: bytes) -> AnyServerFrame:
        return self._server.decode(one)


def _thawed(frame: Any) -> Any:
    """Event bodies travel as JSON bytes; a msgpack reader gets them as values."""
    if isinstance(frame, Event) and isinstance(frame.event, msgspec.Raw):
        return Event(cid=frame.cid, seq=frame.seq, event=msgspec.json.decode(frame.event))
    if isinstance(frame, Signal) and isinstance(frame.body, msgspec.Raw):
        return Signal(cid=frame.cid, body=msgspec.json.decode(frame.body))
    return frame


Wire = JsonWire | MsgpackWire
JSON = JsonWire()
MSGPACK = MsgpackWire()
WIRES: dict[str, Wire] = {JSON.name: JSON, MSGPACK.name: MSGPACK}


def chosen(offered: Sequence[str]) -> Wire | None:
    """The first sub-protocol of the client's list that is spoken here; JSON where it offers none at all."""
    if not offered:
        return JSON
    return next((WIRES[name] for name in offered if name in WIRES), None)


class Parcel:
    """Frames for many readers: encoded at most once an encoding, framed once, shared as bytes."""

    __slots__ = ("_framed", "frames")

    def __init__(self, *frames: AnyServerFrame) -> None:
        self.frames = frames
        self._framed: list[bytes | None] = [None, None]

    def framed(self, wire: Wire) -> bytes:
        data = self._framed[wire.index]
        if data is None:
            data = self._framed[wire.index] = framed(wire.opcode, wire.encode(self.frames))
        return data


# By header byte: bytes of the value; (width of the length, bytes beyond); (width of the count, objects each).
_FIXED = {0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8,
          0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8, 0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17}  # fmt: skip
_SIZED = {0xC4: (1, 0), 0xC5: (2, 0), 0xC6: (4, 0), 0xC7: (1, 1), 0xC8: (2, 1), 0xC9: (4, 1),
          0xD9: (1, 0), 0xDA: (2, 0), 0xDB: (4, 0)}  # fmt: skip
_COUNTED = {0xDC: (2, 1), 0xDD: (4, 1), 0xDE: (2, 2), 0xDF: (4, 2)}


def object_end(data: bytes, at: int) -> int:
    """Where the msgpack object that starts at `at` ends. Raises ValueError where it does not end in `data`.

    Without recursion: nested containers add to the number of objects still to be skipped.
    """
    left = 1
    size = len(data)
    while left:
        left -= 1
        if at >= size:
            raise ValueError("a msgpack object is cut short")
        head = data[at]
        at += 1
        if head <= 0x7F or head >= 0xE0 or head in _FIXED:
            at += _FIXED.get(head, 0)
        elif head <= 0x8F:
            left += 2 * (head & 0x0F)
        elif head <= 0x9F:
            left += head & 0x0F
        elif head <= 0xBF:
            at += head & 0x1F
        elif head in _SIZED:
            width, extra = _SIZED[head]
            at += width + extra + int.from_bytes(data[at : at + width], "big")
        elif head in _COUNTED:
            width, each = _COUNTED[head]
            left += each * int.from_bytes(data[at : at + width], "big")
            at += width
        else:
            raise ValueError("0xc1 is not msgpack")
    if at > size:
        raise ValueError("a msgpack object is cut short")
    return at
