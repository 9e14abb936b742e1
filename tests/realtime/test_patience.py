"""What it costs to connect and not to ask: stalled handshakes, dripping heads, huge ones, endless bodies."""

import asyncio

import pytest

from realtime.patience import PatientHttp
from tests.realtime.conftest import Server, StartNode, eventually
from tests.realtime.raw import RawClient

UPGRADE = b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


class Impatient(PatientHttp):
    head_s = 0.4
    body_s = 0.4


async def cut_off_after(server: Server, *pieces: bytes, every_s: float = 0.05) -> float:
    """Send the pieces, the last of several again and again: how long until the server had enough of it."""
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    began = loop.time()
    reading = asyncio.create_task(reader.read(10_000))
    writer.write(b"".join(pieces[:1]))
    try:
        async with asyncio.timeout(3):
            while not reading.done():
                await asyncio.wait([reading], timeout=every_s)
                if not writer.transport.is_closing():
                    writer.write(b"".join(pieces[1:]))
    finally:
        reading.cancel()
        writer.transport.abort()
    return loop.time() - began


@pytest.fixture
async def impatient(start_node: StartNode) -> Server:
    return await start_node(http=Impatient)


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (UPGRADE,),
        (UPGRADE, b"X-A: b\r\n"),
        (b"G",),
        (b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", b"a"),
    ],
    ids=["says nothing", "half a handshake", "a header at a time", "one letter", "a body that drips"],
)
async def test_limit_who_stalls_is_cut_off(impatient: Server, pieces: tuple[bytes, ...]):
    took = await cut_off_after(impatient, *pieces)
    assert 0.3 < took < 2


@pytest.mark.parametrize("pieces", [(), (UPGRADE, b"X-A: b\r\n")])
async def test_limit_twin_without_patience_running_out_they_stay(
    start_node: StartNode, pieces: tuple[bytes, ...]
):
    server = await start_node()
    with pytest.raises(TimeoutError):
        await cut_off_after(server, *pieces)


@pytest.mark.parametrize(
    "head",
    [
        UPGRADE + b"X-A: " + b"b" * 70_000,
        UPGRADE + b"X-A: " + b"b" * 70_000 + b"\r\n\r\n",
        UPGRADE + b"X-A: b\r\n" * 10_000 + b"\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * 70_000,
    ],
    ids=["one without end", "a long one", "many", "a long address", "an address without end"],
)
async def test_limit_a_head_of_more_than_64_kib_is_refused(impatient: Server, head: bytes):
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient.port)
    writer.write(head)
    async with asyncio.timeout(3):
        answer = await reader.read(10_000)
    writer.transport.abort()
    assert answer.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize("headers", [b"X-A: b\r\n" * 200, b"X-A: " + b"b" * 9_000 + b"\r\n"])
async def test_limit_a_head_that_the_websocket_parser_refuses_is_answered(impatient: Server, headers: bytes):
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient.port)
    writer.write(UPGRADE + headers + b"\r\n")
    async with asyncio.timeout(3):
        assert (await reader.read(10_000)).startswith(b"HTTP/1.1 400")
    writer.transport.abort()


async def test_limit_a_large_head_within_it_is_a_handshake(impatient: Server):
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient.port)
    writer.write(
        UPGRADE
        + b"X-A: "
        + b"b" * 7_000
        + b"\r\n"
        + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
    )
    assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 101")
    writer.transport.abort()


async def test_limit_a_socket_is_not_hurried_once_it_is_open(impatient: Server):
    raw = await RawClient.open(impatient.port)
    (connection,) = impatient.node._registry.connections
    await asyncio.sleep(0.6)
    assert connection.is_open
    raw.abort()


async def test_limit_a_second_request_on_a_connection_is_hurried_as_the_first(impatient: Server):
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient.port)
    writer.write(b"GET /ws HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"GET /ws HT")
    async with asyncio.timeout(3):
        await reader.read(10_000)
    writer.transport.abort()


async def test_limit_many_who_stall_leave_nothing_behind(impatient: Server):
    streams = [await asyncio.open_connection("127.0.0.1", impatient.port) for _ in range(50)]
    held = impatient.uvicorn.server_state.connections
    await eventually(lambda: len(held) == 50)
    await eventually(lambda: not held, timeout_s=3)
    for _, writer in streams:
        writer.transport.abort()
