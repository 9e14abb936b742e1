"""Real nodes behind a real uvicorn in this process, over a host in memory."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from typing import Any

import pytest
import uvicorn
import uvloop
from websockets.exceptions import ConnectionClosed

from realtime.bus import Bus, Message
from realtime.bus_memory import Exchange, MemoryBus
from realtime.client import LiveClient
from realtime.client_socket import Socket
from realtime.clock import Timepiece
from realtime.closing import Close
from realtime.frames import AnyServerFrame, Connect
from realtime.node import Node
from realtime.patience import PatientHttp
from realtime.protocol import PulseProtocol
from realtime.settings import Settings
from realtime.wire import JSON, Wire
from tests.realtime.lossy import LossyBus
from tests.realtime.memory_host import KINDS, MemoryHost

QUICK = Settings(
    connect_s=1.0, sweep_s=0.1, gap_s=0.01, digest_s=0.2, linger_s=0.5, coalesce_s=0.05, tick_s=0.05,
    store_s=0.01, grace_s=0.5, lease_s=2.0, recheck_s=0.3, drain_s=0.3, elsewhere_s=0.5, slow_s=1.0,
)  # fmt: skip


async def eventually(is_true: Callable[[], Any], timeout_s: float = 5.0) -> None:
    """Wait for what nobody announces."""
    async with asyncio.timeout(timeout_s):
        while not is_true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


class Server:
    """A node with a listening socket."""

    def __init__(self, node: Node, port: int, uvicorn_server: uvicorn.Server) -> None:
        self.node = node
        self.port = port
        self.url = f"ws://127.0.0.1:{port}/ws"
        self.uvicorn = uvicorn_server

    def client(self, member: str = "ann", **options: Any) -> LiveClient:
        return LiveClient(self.url, token=f"token-{member}", **options)

    async def socket(self, member: str = "ann", *, wire: Wire = JSON, **connect: Any) -> Socket:
        """A raw connection that has said `connect`."""
        raw = await Socket.open(self.url, wire=wire)
        await raw.send(Connect(token=f"token-{member}", **connect))
        return raw


@asynccontextmanager
async def serving(
    node: Node,
    *,
    hesitates_s: float = 0.0,
    ws: type[PulseProtocol] = PulseProtocol,
    http: type[asyncio.Protocol] = PatientHttp,
) -> AsyncIterator[Server]:
    """Run a node on a free port until the block ends. It may take a moment to accept a socket."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await asyncio.sleep(hesitates_s)
            await node.websocket(scope, receive, send)
            return
        who = await node._host.identify("token-" + dict(scope["headers"]).get(b"x-member", b"").decode())
        if scope["path"] == "/stream" and who is not None:
            await node.stream(scope, receive, send, who)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        name = scope["path"].removeprefix("/stream/")
        is_gone = "." in name and who and not await node.post.deliver(name, who.grants, body)
        await send({"type": "http.response.start", "status": 404 if is_gone else 204, "headers": []})
        await send({"type": "http.response.body"})

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=http, ws=ws, lifespan="off", log_level="warning", timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign]  # the signals are the test runner's
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await node.start()
        await eventually(lambda: server.started)
        yield Server(node, listening.getsockname()[1], server)
    finally:
        server.should_exit = True
        await task
        await node.stop()


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop of production; for sockets also the other one, which buffers and pauses differently."""
    both = {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}
    return both if "test_protocol" in item.nodeid else {"uvloop": uvloop.new_event_loop}


@pytest.fixture(autouse=True)
def nothing_fails_in_silence(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Background work that fails is logged as an error; so each test fails with it."""
    yield
    failed = [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelname == "ERROR" and record.name.startswith("realtime")
    ]
    assert not failed


@pytest.fixture
def host() -> MemoryHost:
    return MemoryHost()


StartNode = Callable[..., Awaitable[Server]]


@pytest.fixture
async def start_node(host: MemoryHost) -> AsyncIterator[StartNode]:
    """Start nodes of one hub. They share a bus in memory unless given one."""
    exchange = Exchange()
    async with AsyncExitStack() as stack:

        async def start(
            bus: Bus | None = None,
            settings: Settings = QUICK,
            timepiece: Timepiece | None = None,
            **options: Any,
        ) -> Server:
            node = Node(
                host, KINDS, bus or MemoryBus(exchange), node_id=f"n{len(host.nodes) + 1}",
                settings=settings, timepiece=timepiece,
            )  # fmt: skip
            host.nodes.append(node)
            return await stack.enter_async_context(serving(node, **options))

        yield start


@pytest.fixture
async def server(start_node: StartNode) -> Server:
    return await start_node()


async def receive_until(raw: Socket, kind: type[AnyServerFrame], timeout_s: float = 5.0) -> Any:
    """The next frame of a kind; what comes before it is skipped."""
    async with asyncio.timeout(timeout_s):
        while True:
            frame = await raw.receive()
            if isinstance(frame, kind):
                return frame


async def ended(raw: Socket, code: Close, *, within_s: float) -> None:
    """The server closes, with this code, in time."""
    async with asyncio.timeout(within_s):
        with pytest.raises(ConnectionClosed):
            while True:
                await raw.receive()
    assert raw.code == code


async def two_nodes(start_node: StartNode, keeps: Callable[[Message], bool]) -> tuple[Server, Server]:
    """Two nodes of one hub; of what the first one says, the other hears what `keeps` lets through."""
    exchange = Exchange()
    first = await start_node(LossyBus(exchange, keeps))
    return first, await start_node(LossyBus(exchange))
