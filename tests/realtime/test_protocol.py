"""The protocol class: what a stranger may do to a socket, and what it costs."""

import asyncio
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime.frames import Error, TimeIs, Welcome
from realtime.protocol import PulseProtocol
from tests.realtime.conftest import Server, StartNode, eventually
from tests.realtime.memory_host import MemoryHost
from tests.realtime.raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawClient, masked

CONNECT = b'{"type":"connect","token":"token-ann"}'
TIME = b'{"type":"time","t0":1}'
UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
)


async def connected(server: Server) -> RawClient:
    raw = await RawClient.open(server.port)
    raw.send(masked(TEXT, CONNECT))
    assert isinstance((await raw.frames())[0], Welcome)
    return raw


# The ways in.


async def test_frames_may_arrive_byte_by_byte(server: Server):
    raw = await RawClient.open(server.port)
    for byte in masked(TEXT, CONNECT):
        raw.send(bytes([byte]))
        await asyncio.sleep(0)
    assert isinstance((await raw.frames())[0], Welcome)
    raw.abort()


@pytest.mark.parametrize("size", [100, 125, 126, 127, 1_000, 60_000])
async def test_a_message_of_any_length_is_unmasked(server: Server, size: int):
    raw = await connected(server)
    raw.send(masked(TEXT, TIME + b" " * (size - len(TIME))) + masked(TEXT, TIME))
    for _ in range(2):
        assert isinstance((await raw.frames())[0], TimeIs)
    raw.abort()


async def test_a_message_in_fragments_with_a_ping_between_is_one(server: Server):
    raw = await connected(server)
    raw.send(
        masked(TEXT, TIME[:5], fin=False)
        + masked(PING, b"there?")
        + masked(CONTINUATION, TIME[5:9], fin=False)
        + masked(CONTINUATION, TIME[9:])
        + masked(TEXT, TIME)
    )
    assert await raw.frame() == (PONG, b"there?")
    for _ in range(2):
        assert isinstance((await raw.frames())[0], TimeIs)
    raw.abort()


async def test_what_is_sent_before_the_handshake_is_over_is_not_lost(start_node: StartNode):
    server = await start_node(hesitates_s=0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    raw = RawClient(reader, writer)
    writer.write(UPGRADE + b"\r\n")
    await asyncio.sleep(0.03)  # into the hesitation
    cut = masked(TEXT, TIME)
    raw.send(masked(TEXT, CONNECT) + cut[:5])
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    raw.send(cut[5:] + masked(TEXT, TIME))
    kinds = [type(frame) for _ in range(3) for frame in await raw.frames()]
    assert sorted(kind.__name__ for kind in kinds) == ["TimeIs", "TimeIs", "Welcome"]
    raw.abort()


# The ways to be wrong.


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (masked(TEXT, TIME, mask=b""), 1002),
        (masked(TEXT, TIME, rsv=0x40), 1002),
        (masked(0x3, b""), 1002),
        (masked(0xB, b""), 1002),
        (masked(CONTINUATION, b"x"), 1002),
        (masked(TEXT, b"a", fin=False) + masked(TEXT, b"b"), 1002),
        (masked(PING, b"x" * 126), 1002),
        (masked(PING, b"", fin=False), 1002),
        (masked(CLOSE, b"x"), 1002),
        (masked(CLOSE, b"\x00\x00"), 1002),
        (masked(TEXT, b"x" * 65_537), 1009),
        (masked(TEXT, b"x" * 40_000, fin=False) + masked(CONTINUATION, b"x" * 40_000), 1009),
        (b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", 1009),
    ],
    ids=[
        "unmasked",
        "reserved bit",
        "reserved opcode",
        "reserved control opcode",
        "continuation of nothing",
        "message in a message",
        "long ping",
        "fragmented ping",
        "half a close code",
        "impossible close code",
        "too long",
        "too long in fragments",
        "absurdly long",
    ],
)
async def test_a_frame_against_the_rules_ends_the_connection(server: Server, frame: bytes, code: int):
    raw = await connected(server)
    raw.send(frame)
    assert await raw.close_code() == code


async def test_a_close_is_answered_with_its_code(server: Server):
    raw = await connected(server)
    raw.send(masked(CLOSE, (4242).to_bytes(2, "big")))
    assert await raw.close_code() == 4242


async def test_who_says_nothing_after_the_handshake_is_ended(server: Server):
    raw = await RawClient.open(server.port)
    assert await raw.close_code(timeout_s=3) == 4012


async def test_two_frames_of_garbage_end_it(server: Server):
    raw = await connected(server)
    raw.send(masked(TEXT, b"garbage"))
    assert await raw.frames() == [Error(code="bad_frame")]
    raw.send(masked(TEXT, b"garbage"))
    assert await raw.close_code() == 4501


async def test_binary_on_a_json_socket_is_refused(server: Server):
    raw = await connected(server)
    raw.send(masked(BINARY, TIME))
    assert await raw.frames() == [Error(code="wrong_encoding")]
    raw.abort()


# The ways to be expensive.


class Unguarded(PulseProtocol):
    """What it would be without the guards."""

    flood_bytes = 2**40
    pings_per_s = 2**40

    def _hear(self, on: bool) -> None: ...


async def flooded(server: Server) -> int:
    """Offer 24 MB of pings and read no answer: the most bytes that the server held for us meanwhile."""
    raw = await connected(server)
    (connection,) = server.node._registry.connections
    raw.writer.transport.pause_reading()
    burst = masked(PING, b"x" * 125, mask=bytes(4)) * 500
    most = 0
    try:
        async with asyncio.timeout(4):
            for _ in range(370):
                raw.send(burst)
                await raw.writer.drain()
                await asyncio.sleep(0)
                most = max(most, connection._transport.unsent)
    except (TimeoutError, ConnectionError):
        pass  # it was not read any further, or cut off
    raw.abort()
    return most


async def test_a_flood_of_pings_that_nobody_reads_costs_little(server: Server):
    assert await flooded(server) < 600 * 2**10


async def test_twin_without_the_guards_the_flood_is_kept(start_node: StartNode):
    server = await start_node(ws=Unguarded)
    assert await flooded(server) > 2 * 2**20


async def test_limit_a_peer_that_reads_and_pings_without_end_is_cut_off(server: Server):
    raw = await connected(server)
    raw.send(masked(PING, b"?") * 90)
    for _ in range(90):
        assert await raw.frame() == (PONG, b"?")
    raw.send(masked(PING, b"?") * 200)
    assert await raw.close_code() is None


async def test_limit_a_peer_that_talks_without_end_is_ended(server: Server):
    raw = await connected(server)
    raw.send(masked(TEXT, TIME, mask=bytes(4)) * 1_500)
    assert await raw.close_code() == 4501


async def test_endless_empty_fragments_end_the_connection(server: Server):
    raw = await connected(server)
    raw.send(masked(TEXT, b"", fin=False))
    raw.send(masked(CONTINUATION, b"", fin=False) * 300)
    assert await raw.close_code() is None


async def test_256_fragments_are_a_message(server: Server):
    raw = await connected(server)
    raw.send(masked(TEXT, TIME[:1], fin=False))
    raw.send(masked(CONTINUATION, b"", fin=False) * 254)
    raw.send(masked(CONTINUATION, TIME[1:]))
    assert isinstance((await raw.frames())[0], TimeIs)
    raw.abort()


async def test_no_compression_is_agreed_to(server: Server):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(UPGRADE + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
    answer = await reader.readuntil(b"\r\n\r\n")
    writer.transport.abort()
    assert answer.startswith(b"HTTP/1.1 101")
    assert b"extensions" not in answer.lower()


async def test_an_unknown_subprotocol_is_refused(server: Server):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(UPGRADE + b"Sec-WebSocket-Protocol: chat\r\n\r\n")
    answer = await reader.readuntil(b"\r\n\r\n")
    writer.transport.abort()
    assert answer.startswith(b"HTTP/1.1 403")


async def test_who_asks_and_never_reads_is_cut_off_or_held(server: Server, host: MemoryHost):
    raw = await connected(server)
    raw.writer.transport.pause_reading()
    burst = masked(TEXT, b"\n".join([TIME] * 32)) * 20
    try:
        async with asyncio.timeout(2):
            while not raw.writer.transport.is_closing():
                raw.send(burst)
                await raw.writer.drain()
    except (TimeoutError, ConnectionError):
        pass
    raw.abort()
    await eventually(lambda: not server.node.metrics.connections._value.get())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
async def test_no_bytes_of_a_stranger_escape_a_connection(
    server: Server, caplog: pytest.LogCaptureFixture, seed: int
):
    dice = random.Random(seed)
    pieces = [
        masked(TEXT, CONNECT),
        masked(TEXT, TIME),
        masked(TEXT, dice.randbytes(dice.randrange(200))),
        masked(BINARY, dice.randbytes(dice.randrange(200))),
        masked(PING, b"x"),
        masked(TEXT, TIME[:4], fin=False),
        masked(CONTINUATION, TIME[4:]),
        dice.randbytes(dice.randrange(1, 40)),
    ]
    raw = await RawClient.open(server.port)
    caplog.clear()
    stream = bytearray(b"".join(dice.choices(pieces, k=12)))
    for _ in range(dice.randrange(4)):
        stream[dice.randrange(len(stream))] = dice.randrange(256)
    while stream:
        cut = dice.randrange(1, len(stream) + 1)
        raw.send(bytes(stream[:cut]))
        del stream[:cut]
        await asyncio.sleep(0)
    await asyncio.sleep(0.005)
    raw.abort()
    loud = [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]
    assert not loud

    other = await connected(server)
    other.abort()
