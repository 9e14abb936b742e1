"""A stream of events is a connection like any other: it is skipped, limited and ended like a socket."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Self

import httpx
import pytest
from msgspec.structs import replace

from realtime import post, streams
from realtime.frames import AnyClientFrame, AnyServerFrame, Bye, Connect, Event, Ping, Subscribe, Welcome
from realtime.streams import PulseHttp, events
from realtime.wire import JSON, TEXT, framed
from tests.realtime.conftest import QUICK, Server, StartNode, eventually, receive_until
from tests.realtime.memory_host import MemoryHost


@pytest.mark.parametrize("length", [1, 125, 126, 65_535, 65_536])
def test_what_was_framed_for_sockets_is_unwrapped(length: int):
    text = b'{"x":"' + b"y" * length + b'"}'
    two = text + b"\n" + text
    assert list(events(framed(TEXT, text) + framed(TEXT, two))) == [
        b"data: " + text + b"\n\n",
        b"data: " + text + b"\ndata: " + text + b"\n\n",
    ]


class Reader:
    """A stream on bare TCP, which can stop reading."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._frames = self._read()
        self.sid = ""

    @classmethod
    async def open(cls, server: Server, member: str = "ann") -> Self:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=2**12)
        writer.write(f"GET /stream HTTP/1.1\r\nHost: x\r\nX-Member: {member}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head, head
        self = cls(reader, writer)
        async for line in self._lines():
            if line.startswith(b'data: {"sid":"'):
                self.sid = line[14:-2].decode()
                return self
        raise AssertionError("a stream says its name first")

    async def _lines(self) -> AsyncIterator[bytes]:
        """Out of the chunks (RFC 9112, section 7.1)."""
        rest = b""
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            *lines, rest = (rest + (await self._reader.readexactly(size + 2))[:-2]).split(b"\n")
            for line in lines:
                yield line

    async def _read(self) -> AsyncIterator[AnyServerFrame]:
        async for line in self._lines():
            if line.startswith(b"data: "):
                yield JSON.server_frame(line[6:])

    async def until(self, kind: type[AnyServerFrame]) -> AnyServerFrame:
        async with asyncio.timeout(10):
            async for frame in self._frames:
                if isinstance(frame, kind):
                    return frame
        raise AssertionError(f"the stream ended before {kind.__name__}")


async def say(server: Server, sid: str, *frames: AnyClientFrame, member: str = "ann") -> int:
    async with httpx.AsyncClient(trust_env=False) as http:
        url = f"http://127.0.0.1:{server.port}/stream/{sid}"
        answer = await http.post(url, content=JSON.encode(frames), headers={"X-Member": member})
        return answer.status_code


@asynccontextmanager
async def connected(server: Server, *channels: str, member: str = "ann") -> AsyncIterator[Reader]:
    reader = await Reader.open(server, member)
    assert await say(server, reader.sid, Connect(subscribe=list(channels)), member=member) == 204
    await reader.until(Welcome)
    yield reader
    reader.writer.transport.abort()


@pytest.fixture(autouse=True)
def quick_ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(streams, "_CLOSE_S", 0.2)
    monkeypatch.setattr(post, "_PATIENCE_S", 0.3)
    yield


async def fill(server: Server, host: MemoryHost) -> int:
    """Say things until the reader of `chat:1` is choked, and the kernel takes no more either."""
    said = 0
    [connection] = server.node._registry.connections
    while True:
        while not connection.is_choked:
            said = host.say("chat:1", {"n": said + 1, "text": "x" * 2_000})
            assert said < 100_000, "it is never choked"
        unsent = connection._transport.unsent
        await asyncio.sleep(0.05)
        if connection.is_choked and connection._transport.unsent == unsent:
            return said


async def test_a_reader_that_stalls_costs_little_and_gets_everything_once_it_reads(
    start_node: StartNode, host: MemoryHost
):
    server = await start_node(http=PulseHttp, settings=replace(QUICK, slow_s=30))
    async with connected(server, "chat:1") as reader:
        await fill(server, host)
        [connection] = server.node._registry.connections
        for _ in range(1_000):
            last = host.say("chat:1", {"text": "y" * 2_000})
        assert connection._transport.unsent < QUICK.slow_bytes + 4_096
        for seq in range(1, last + 1):
            event = await reader.until(Event)
            assert isinstance(event, Event)
            assert event.seq == seq


async def test_who_reads_nothing_for_long_is_cut_off(start_node: StartNode, host: MemoryHost):
    server = await start_node(http=PulseHttp, settings=replace(QUICK, slow_s=0.3))
    async with connected(server, "chat:1"):
        await fill(server, host)
        await eventually(lambda: not server.node._registry.connections)
        await eventually(lambda: not server.uvicorn.server_state.connections)


async def test_streams_count_as_connections_of_their_member(start_node: StartNode):
    server = await start_node(http=PulseHttp, settings=replace(QUICK, connections_per_member=1))
    async with connected(server) as first:
        raw = await server.socket()
        await receive_until(raw, Welcome)
        bye = await first.until(Bye)
        assert isinstance(bye, Bye)
        assert bye.code == 4504
        raw.abort()


async def test_a_message_reaches_its_stream_from_another_node(start_node: StartNode, host: MemoryHost):
    here, there = await start_node(http=PulseHttp), await start_node(http=PulseHttp)
    async with connected(here) as reader:
        assert await say(there, reader.sid, Subscribe(id=1, channel="chat:1")) == 204
        await eventually(lambda: here.node.watchers("chat"))
        host.say("chat:1", "hello", through=1)
        assert await reader.until(Event)
        assert await say(there, reader.sid, Subscribe(id=2, channel="chat:2"), member="eve") == 404
        assert await say(there, "nobody." + "x" * 32, Subscribe(id=2, channel="chat:2")) == 404
    await eventually(lambda: not here.node._registry.connections)
    assert await say(there, reader.sid, Subscribe(id=3, channel="chat:1")) == 404


async def test_who_names_streams_that_are_nowhere_takes_up_nobody_elses_place(
    start_node: StartNode, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(post, "_WAITING", 20)
    here, there = await start_node(http=PulseHttp), await start_node(http=PulseHttp)
    async with connected(here) as reader:
        made_up = [there.node.post.deliver("nobody." + "x" * 32, ["member:eve"], b"") for _ in range(30)]
        flood = asyncio.gather(*made_up)
        await asyncio.sleep(0)
        assert await say(there, reader.sid, Subscribe(id=1, channel="chat:1")) == 204
        assert not any(await flood)
    assert not there.node.post._asking


async def test_twin_without_the_way_between_nodes_nothing_arrives(
    start_node: StartNode, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(post.Post, "heard", lambda *_: None)
    here, there = await start_node(http=PulseHttp), await start_node(http=PulseHttp)
    async with connected(here) as reader:
        assert await say(there, reader.sid, Subscribe(id=1, channel="chat:1")) == 404


async def test_who_never_says_connect_is_ended(start_node: StartNode):
    server = await start_node(http=PulseHttp, settings=replace(QUICK, connect_s=0.2))
    reader = await Reader.open(server)
    bye = await reader.until(Bye)
    assert isinstance(bye, Bye)
    assert bye.code == 4012
    reader.writer.transport.abort()


async def test_a_silent_stream_is_pinged_and_beats(start_node: StartNode, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "_BEAT_S", 0.05)
    server = await start_node(http=PulseHttp, settings=replace(QUICK, ping_s=0.3))
    async with connected(server) as reader:
        assert await reader.until(Ping)
        async for line in reader._lines():
            if line == b":":
                break
