"""A hub without sockets: nodes over a bus and a host in memory, for an event loop of any order."""

import asyncio

from realtime.bus_memory import Exchange, MemoryBus
from realtime.frames import (
    AnyServerFrame,
    Connect,
    Event,
    Reset,
    Subscribed,
)
from realtime.node import Node
from realtime.settings import Settings
from realtime.transport import Sink
from realtime.wire import JSON, TEXT
from tests.realtime.memory_host import KINDS, MemoryHost

QUICK = Settings(
    gap_s=0.0, coalesce_s=0.0, ring_events=8, page_events=5, digest_s=0.01, drain_s=0.02, sweep_s=0.05
)


class MemoryTransport:
    """A peer in memory that reads at once: what it was told, in order."""

    def __init__(self) -> None:
        self.is_open = True
        self.unsent = 0
        self.told: list[AnyServerFrame] = []
        self.code: int | None = None
        self._sink: Sink | None = None

    def attach(self, sink: Sink, *, high_bytes: int) -> None:
        self._sink = sink

    def write(self, data: bytes) -> None:
        assert self.is_open, "nothing is written after the end"
        head = 2 if data[1] < 126 else 4 if data[1] == 126 else 10
        self.told += [JSON.server_frame(one) for one in JSON.split(data[head:])]

    def finish(self, code: int) -> None:
        self.is_open = False
        self.code = code

    def abort(self) -> None:
        self.is_open = False
        if self._sink is not None:
            self._sink.lost()

    def say(self, *frames: object) -> None:
        if self.is_open and self._sink is not None:
            self._sink.received(JSON.encode(frames), TEXT)

    def of(self, kind: type[AnyServerFrame]) -> list[AnyServerFrame]:
        return [frame for frame in self.told if isinstance(frame, kind)]


class Hub:
    """Some nodes over one host and one bus in memory, without sockets."""

    def __init__(self, count: int) -> None:
        self.host = MemoryHost()
        exchange = Exchange()
        self.nodes = [
            Node(self.host, KINDS, MemoryBus(exchange), node_id=f"n{n}", settings=QUICK) for n in range(count)
        ]
        self.host.nodes = self.nodes
        self._served: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Hub":
        for node in self.nodes:
            await node.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._served:
            task.cancel()
        await asyncio.gather(*self._served, return_exceptions=True)
        for node in self.nodes:
            await node._tasks.stop()

    async def connect(self, node: int, member: str = "ann", **connect: object) -> MemoryTransport:
        transport = MemoryTransport()
        at = self.nodes[node]
        attending = at._desk.attend(transport, JSON, None, at._reception.serve)
        self._served.append(asyncio.ensure_future(attending))
        await until(lambda: transport._sink is not None)
        transport.say(Connect(token=f"token-{member}", **connect))  # type: ignore[arg-type]
        return transport


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def until(is_true: object) -> None:
    async with asyncio.timeout(5):
        while not is_true():  # type: ignore[operator]  # noqa: ASYNC110
            await asyncio.sleep(0.001)


def assert_whole(told: list[AnyServerFrame], head: int) -> None:
    """From where it was subscribed, every event in order, up to the head."""
    last: int | None = None
    for frame in told:
        match frame:
            case Subscribed(seq=seq) | Reset(seq=seq):
                last = seq
            case Event(seq=seq):
                assert last is not None
                assert seq == last + 1
                last = seq
    assert last == head
