"""Sockets that break RFC 6455 in every way that matters, and those that are only unusual.

Whatever comes: nothing raises out of a connection, nothing grows, and the next client is served.
"""

import asyncio
import gc
import random

import pytest

from realtime.frames import (
    TimeIs,
    Welcome,
)
from realtime.protocol import PulseProtocol
from realtime.wire import JSON
from tests.realtime.conftest import Server, eventually
from tests.realtime.raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawClient, masked
from tests.realtime.test_fuzz import messages

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
