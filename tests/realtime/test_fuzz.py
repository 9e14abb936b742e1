"""100,000 frames that no client would send: nothing raises out of a session, and nothing grows."""

import gc
import math
import random
import resource
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from realtime.frames import (
    Connect,
    Hint,
    Ingest,
    Pong,
    Publish,
    Refresh,
    Subscribe,
    Time,
    Unsubscribe,
)
from realtime.session import End, Session, Tell
from realtime.settings import Settings
from realtime.wire import JSON, MSGPACK, Wire

MESSAGES = 50_000
"""For each encoding."""

_FRAMES = [
    Connect(token="t" * 20, subscribe=["chat:1", "board:2"], positions={"chat:1": (7, 5)}, hz=4.0, t0=1.5),
    Subscribe(id=1, channel="room:1", position=(7, 118)),
    Unsubscribe(id=2, channel="chat:1"),
    Publish(id=3, channel="chat:1", mid="12345678", body={"type": "chat", "text": "schön \N{FIRE}"}),
    Ingest(stream="s", first_seq=1, samples=[[1, None, 2.5, 2**40, -1e9], [250, 152]]),
    Refresh(id=4, token="t"),
    Time(t0=1.5),
    Pong(t=1e12),
    Hint(visible=False, hz=0.5),
]
_STRANGE_VALUES: list[Any] = [
    None, True, 0, -1, 2**53, 2**64 - 1, -(2**63), 1e308, -0.0, "", "\x00", "a" * 300, "\u202e", "1" * 5_000,
    [], {}, [[]], {"": {}}, [0] * 200,
]  # fmt: skip
_STRANGE_BYTES = [
    b"\x00", b"\xff", b"\n", b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\u0000", b"\\ud800",
    b"1e999", b"NaN", b"-Infinity", b"9" * 400, b"[" * 2_000, b'{"a":' * 500,
    b"\xc1", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff",
    b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", b"\xca\xff\x80\x00\x00", b"\x91" * 2_000,
    b"\xd6\xff\x00\x00\x00\x00", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
]  # fmt: skip


def bent(dice: random.Random, frame: Any) -> Any:
    """A frame's fields, some of them missing, too many, or something else."""
    fields: dict[str, Any] = msgspec.to_builtins(frame)
    for _ in range(dice.randrange(3)):
        key = dice.choice(sorted(fields))
        match dice.randrange(4):
            case 0:
                fields[key] = dice.choice(_STRANGE_VALUES)
            case 1:
                fields[dice.choice(["type", "id", "extra", ""])] = dice.choice(_STRANGE_VALUES)
            case 2 if len(fields) > 1:
                del fields[key]
            case _:
                fields[key] = [fields[key]]
    return fields


def broken(dice: random.Random, data: bytes) -> bytes:
    """Bytes flipped, cut out, put in, doubled."""
    message = bytearray(data)
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(message) + 1)
        match dice.randrange(5):
            case 0 if at < len(message):
                message[at] = dice.randrange(256)
            case 1:
                del message[at : at + dice.randrange(8)]
            case 2:
                message[at:at] = dice.choice(_STRANGE_BYTES)
            case 3:
                message[at:at] = message[: dice.randrange(40)]
            case _:
                message[at:] = dice.randbytes(dice.randrange(20))
    return bytes(message)


def messages(dice: random.Random, wire: Wire, count: int) -> Iterator[bytes]:
    encode: Callable[[Any], bytes] = msgspec.json.encode if wire is JSON else msgspec.msgpack.encode
    glue = b"\n" if wire is JSON else b""
    for _ in range(count):
        frames = [
            encode(bent(dice, dice.choice(_FRAMES))) for _ in range(dice.choice([1, 1, 1, 1, 2, 3, 33]))
        ]
        message = glue.join(frames)
        yield broken(dice, message) if dice.random() < 0.6 else message


def check_samples(frame: Ingest) -> None:
    """What came in can go out, in every encoding: as a row that others see."""
    for row in frame.samples:
        for value in row:
            assert value is None or math.isfinite(value)
        assert msgspec.json.decode(msgspec.json.encode(row)) == row
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(row)) == row


def feed(dice: random.Random, wire: Wire, count: int) -> dict[str, int]:
    """What the sessions made of so many messages."""
    seen = {"taken": 0, "told": 0, "ended": 0}
    session = Session(wire, Settings(), now=0.0)
    for n, message in enumerate(messages(dice, wire, count)):
        if session.ended or n % 20 == 0:
            session = Session(wire, Settings(), now=float(n))
            session.receive(wire.encode([_FRAMES[0]]), wire.opcode, now=float(n), wall_ms=1.0)
        opcode = wire.opcode if dice.random() < 0.99 else 3 - wire.opcode
        for intent in session.receive(message, opcode, now=float(n), wall_ms=float(n)):
            assert seen["ended"] >= 0
            match intent:
                case Tell(frame=frame):
                    seen["told"] += 1
                    for each in (JSON, MSGPACK):
                        each.encode([frame])
                case End():
                    seen["ended"] += 1
                    assert session.ended
                case _:
                    seen["taken"] += 1
                    if isinstance(intent, Ingest):
                        check_samples(intent)
    return seen


@pytest.mark.parametrize("wire", [JSON, MSGPACK], ids=["json", "msgpack"])
def test_fuzz_no_message_raises_out_of_a_session_or_makes_it_grow(wire: Wire):
    dice = random.Random(20_251_123)
    feed(dice, wire, 2_000)
    gc.collect()
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seen = feed(dice, wire, MESSAGES)
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    # They get deep enough to be worth it: a fair share is accepted, refused, and fatal.
    assert min(seen.values()) > MESSAGES / 20, seen
    assert grown_kib < 16 * 1024


def test_fuzz_twin_a_decoder_that_lets_anything_through_is_noticed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(JSON, "client_frame", lambda one: msgspec.json.decode(one, type=Ingest, strict=False))
    monkeypatch.setattr("realtime.session.Malformed", ())
    with pytest.raises((msgspec.DecodeError, ValueError, AssertionError)):
        feed(random.Random(1), JSON, 2_000)
