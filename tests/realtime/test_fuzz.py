"""100,000 frames that no client would send, and sockets that break RFC 6455 in every way that matters.

Whatever comes: nothing raises out of a connection, nothing grows, and the next client is served.
"""

import asyncio
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
    TimeIs,
    Unsubscribe,
    Welcome,
)
from realtime.protocol import PulseProtocol
from realtime.session import End, Session, Tell
from realtime.settings import Settings
from realtime.wire import JSON, MSGPACK, Wire
from tests.realtime.conftest import Server, eventually
from tests.realtime.raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawClient, masked

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


# Sockets.

CONNECT = b'{"type":"connect","token":"token-ann","subscribe":["chat:1"]}'
TIME = b'{"type":"time","t0":1}'
LONG = b'{"type":"time","t0":1}' + b" " * 300


async def connected(server: Server) -> RawClient:
    raw = await RawClient.open(server.port)
    raw.send(masked(TEXT, CONNECT))
    assert isinstance((await raw.frames())[0], Welcome)
    return raw


async def next_time(raw: RawClient) -> TimeIs:
    async with asyncio.timeout(5):
        while True:
            for frame in await raw.frames():
                if isinstance(frame, TimeIs):
                    return frame


def framed(length_field: bytes, payload: bytes, *, opcode: int = 0x81) -> bytes:
    """A masked frame whose length is written as it is told."""
    return bytes([opcode]) + length_field + bytes(4) + payload


_AGAINST_THE_RULES: dict[str, tuple[bytes, int]] = {
    **{f"reserved bit {bit:#x}": (masked(TEXT, TIME, rsv=bit), 1002) for bit in (0x40, 0x20, 0x10, 0x70)},
    **{f"reserved opcode {code}": (masked(code, b"x"), 1002) for code in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
    **{
        f"close code {code}": (masked(CLOSE, code.to_bytes(2, "big")), 1002)
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535)
    },
    "half a close code": (masked(CLOSE, b"\x03"), 1002),
    "a reason that is no text": (masked(CLOSE, b"\x03\xe8\xff\xfe"), 1007),
    "a long close": (masked(CLOSE, b"\x03\xe8" + b"x" * 124), 1002),
    "a long ping": (masked(PING, b"x" * 126), 1002),
    "a fragmented ping": (masked(PING, b"x", fin=False), 1002),
    "a fragmented close": (masked(CLOSE, b"\x03\xe8", fin=False), 1002),
    "not masked": (masked(TEXT, TIME, mask=b""), 1002),
    "a continuation of nothing": (masked(CONTINUATION, TIME), 1002),
    "a continuation of nothing, not the last": (masked(CONTINUATION, TIME, fin=False), 1002),
    "a message in a message": (masked(TEXT, TIME, fin=False) + masked(TEXT, TIME), 1002),
    "another kind in a message": (masked(TEXT, TIME, fin=False) + masked(BINARY, TIME), 1002),
    "a continuation after the last": (
        masked(TEXT, TIME[:3], fin=False) + masked(CONTINUATION, TIME[3:]) + masked(CONTINUATION, b""),
        1002,
    ),
    "2^63 bytes": (framed(b"\xff" + (2**63).to_bytes(8, "big"), b""), 1009),
    "2^64-1 bytes": (framed(b"\xff" + b"\xff" * 8, b""), 1009),
    "2^32 bytes": (framed(b"\xff" + (2**32).to_bytes(8, "big"), b""), 1009),
    "a byte too many": (masked(TEXT, b" " * 65_537), 1009),
    "a byte too many, in fragments": (
        masked(TEXT, b" " * 65_000, fin=False) + masked(CONTINUATION, b" " * 537),
        1009,
    ),
}


async def test_fuzz_a_frame_against_the_rules_ends_its_connection_only(server: Server):
    good = await connected(server)
    for case, (frame, code) in _AGAINST_THE_RULES.items():
        bad = await connected(server)
        bad.send(frame)
        assert await bad.close_code() == code, case
        await eventually(lambda: len(server.node._registry.connections) == 1)
        good.send(masked(TEXT, TIME))
        await next_time(good)
    good.abort()


_UNUSUAL: dict[str, bytes] = {
    "empty pong": masked(PONG, b""),
    "a pong that nobody asked for": masked(PONG, b"x" * 125),
    "the longest ping": masked(PING, b"x" * 125),
    "a ping between fragments": masked(TEXT, TIME[:3], fin=False)
    + masked(PING, b"?")
    + masked(CONTINUATION, TIME[3:]),
    "empty fragments": masked(TEXT, b"", fin=False)
    + masked(CONTINUATION, b"", fin=False)
    + masked(CONTINUATION, TIME),
    "a length written with too many bytes": framed(b"\xfe" + len(TIME).to_bytes(2, "big"), TIME),
    "a length written with far too many bytes": framed(b"\xff" + len(TIME).to_bytes(8, "big"), TIME),
    "a mask of zeros": masked(TEXT, TIME, mask=bytes(4)),
    "the longest message": masked(TEXT, TIME + b" " * (65_536 - len(TIME))),
    "a letter of three bytes cut in two": masked(TEXT, '{"type":"hint"}\n"€'.encode()[:-2], fin=False)
    + masked(CONTINUATION, "€".encode()[1:] + b'"'),
}


async def test_fuzz_what_is_unusual_but_allowed_goes_on(server: Server):
    for unusual in _UNUSUAL.values():
        raw = await connected(server)
        raw.send(unusual + masked(TEXT, TIME))
        await next_time_among_pongs(raw)
        raw.abort()
        await eventually(lambda: not server.node._registry.connections)


async def next_time_among_pongs(raw: RawClient) -> None:
    async with asyncio.timeout(5):
        while True:
            opcode, payload = await raw.frame()
            assert opcode in (TEXT, PONG)
            if opcode == TEXT and any(
                isinstance(f, TimeIs) for f in map(JSON.server_frame, payload.split(b"\n"))
            ):
                return


async def test_fuzz_what_is_no_utf_8_is_a_mistake_and_no_more(server: Server):
    for bad in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xce"):
        await say_what_is_no_utf_8(server, bad)


async def say_what_is_no_utf_8(server: Server, bad: bytes) -> None:
    raw = await connected(server)
    raw.send(
        masked(TEXT, b'{"type":"publish","id":1,"channel":"chat:1","mid":"12345678","body":{"a":"%s"}}' % bad)
    )
    raw.send(masked(TEXT, TIME))
    await next_time(raw)
    raw.send(masked(TEXT, bad))
    assert await raw.close_code() == 4501
    assert not server.node._host.logs  # type: ignore[attr-defined]


@pytest.mark.parametrize("as_fragments", [False, True])
async def test_fuzz_a_message_may_be_cut_at_every_byte(server: Server, as_fragments: bool):
    raw = await connected(server)
    for cut in range(len(TIME) + 1):
        if as_fragments:
            raw.send(masked(TEXT, TIME[:cut], fin=False) + masked(CONTINUATION, TIME[cut:]))
        else:
            whole = masked(TEXT, TIME)
            raw.send(whole[:cut])
            await asyncio.sleep(0)
            raw.send(whole[cut:])
        await next_time(raw)
    for size in (1, 2, 3, 7):
        data = masked(TEXT, LONG) * 2 + masked(PING, b"?") + masked(TEXT, TIME)
        for at in range(0, len(data), size):
            raw.send(data[at : at + size])
            if at % 16 < size:
                await asyncio.sleep(0)
        for _ in range(3):
            await next_time_among_pongs(raw) if _ == 2 else await next_time(raw)
    raw.abort()


def protocols() -> int:
    gc.collect()
    return sum(isinstance(each, PulseProtocol) for each in gc.get_objects())


async def test_fuzz_hundreds_of_broken_sockets_leave_nothing_behind(
    server: Server, caplog: pytest.LogCaptureFixture
):
    dice = random.Random(7)
    parts = [frame for frame, _ in _AGAINST_THE_RULES.values() if len(frame) < 1_000] + list(
        _UNUSUAL.values()
    )
    before = protocols()
    for n in range(300):
        raw = await RawClient.open(server.port)
        stream = masked(TEXT, CONNECT) if dice.random() < 0.7 else b""
        for message in messages(dice, JSON, 4):
            stream += masked(dice.choice([TEXT, TEXT, TEXT, BINARY]), message[:5_000], mask=bytes(4))
        stream += dice.choice(parts) if dice.random() < 0.8 else dice.randbytes(30)
        for _ in range(dice.randrange(4)):
            at = dice.randrange(len(stream))
            stream = stream[:at] + dice.randbytes(1) + stream[at + 1 :]
        cut = dice.randrange(len(stream))
        raw.send(stream[:cut])
        await asyncio.sleep(0)
        raw.send(stream[cut:])
        if n % 3:
            await asyncio.sleep(0.002)
        raw.abort()
    await eventually(lambda: not server.node._registry.connections)
    await eventually(lambda: not server.uvicorn.server_state.connections)
    loud = [record.getMessage() for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]
    assert not loud
    good = await connected(server)
    good.send(masked(TEXT, TIME))
    await next_time(good)
    good.abort()
    await eventually(lambda: not server.uvicorn.server_state.connections)
    assert protocols() <= before + 2, "connections that are gone are forgotten"
