"""The Python client: watches channels, says things, and comes back by itself to where it was.

async with LiveClient("ws://localhost:8000/ws", token=token) as live:
    board = live.watch("board:0191...")
    await live.until(lambda: board.rows)
    seq = await live.publish("session:0191...", {"text": "go!"})
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self
from uuid import uuid4

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from realtime import wire as wires
from realtime.client_samples import Samples
from realtime.client_socket import Socket
from realtime.clock import Clock
from realtime.closing import may_return
from realtime.frames import (
    AnyClientFrame,
    AnyServerFrame,
    Connect,
    Drain,
    Error,
    Ingested,
    Ok,
    Ping,
    Pong,
    Publish,
    Row,
    Subscribe,
    Subscribed,
    TimeIs,
    Unsubscribe,
    Welcome,
)
from realtime.tasks import Tasks
from realtime.views import View

log = logging.getLogger(__name__)

_FIRST_DELAY_S = 0.2
_MOST_DELAY_S = 20.0


class RequestRefused(Exception):
    """The hub said no. `code` is one of docs/live-protocol.md."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class Gone(Exception):
    """The hub closed the connection for good, with `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


def backoff_s(attempt: int) -> float:
    """How long to wait: anything up to a bound that doubles. Full jitter makes no herd."""
    return random.uniform(0, min(_MOST_DELAY_S, _FIRST_DELAY_S * 2**attempt))  # noqa: S311


class LiveClient:
    """Keeps one connection to a hub. Channels and requests outlive it: it resumes by position."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        wire: wires.Wire = wires.JSON,
        hz: float | None = None,
        on_frame: Callable[[str | None, AnyServerFrame], None] | None = None,
    ) -> None:
        self.url = url
        self.views: dict[str, View] = {}
        self.welcomes: list[Welcome] = []
        self.clock = Clock()
        self.closed_with: int | None = None
        self._token = token
        self._headers = headers
        self._wire = wire
        self._hz = hz
        self._on_frame = on_frame
        self._socket: Socket | None = None
        self._connected = False
        self._ids = 0
        self._asked: dict[int, tuple[AnyClientFrame, asyncio.Future[int | None]]] = {}
        self._tasks = Tasks()
        self._samples = Samples(self._later, lambda s, go_on: asyncio.get_running_loop().call_later(s, go_on))
        self._by_cid: dict[int, View] = {}
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._running = asyncio.get_running_loop().create_task(self._run(), name="live client")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._running is not None, "left only once entered"
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError, Gone):
            await self._running
        await self._tasks.stop()

    # What a person does.

    def watch(self, channel: str) -> View:
        """Watch a channel, for as long as this client lives."""
        view = self.views.get(channel)
        if view is None:
            view = self.views[channel] = View(channel)
            self._subscribe(view)
        return view

    async def unwatch(self, channel: str) -> None:
        if self.views.pop(channel, None) is not None:
            await self._ask(Unsubscribe(id=self._next_id(), channel=channel))

    async def publish(self, channel: str, body: dict[str, Any], *, mid: str | None = None) -> int | None:
        """Say something; its seq in the log. Sent twice it has one effect. Raises RequestRefused."""
        return await self._ask(
            Publish(id=self._next_id(), channel=channel, mid=mid or uuid4().hex, body=body)
        )

    def ingest(self, stream: str, samples: Sequence[Row]) -> None:
        """Record samples. They are kept, and sent again, until the hub calls them durable: see `upto`."""
        self._samples.add(stream, samples)

    async def until(self, is_true: Callable[[], Any], timeout_s: float = 10.0) -> None:
        """Wait until something holds of what this client knows. Raises TimeoutError, or Gone."""
        async with asyncio.timeout(timeout_s):
            while not is_true():
                if self._running is not None and self._running.done():
                    self._running.result()
                self._changed.clear()
                await self._changed.wait()

    @property
    def upto(self) -> dict[str, int]:
        """By stream: the last sample that is durable."""
        return self._samples.upto

    def drop(self) -> None:
        """Lose the connection, as if the network had gone; the client comes back by itself."""
        if self._socket is not None:
            self._socket.abort()

    # The life of a connection.

    async def _run(self) -> None:
        attempt = 0
        while True:
            try:
                self._socket = await Socket.open(self.url, wire=self._wire, headers=self._headers)
                try:
                    await self._converse(self._socket)
                finally:
                    await self._socket.close()
            except (ConnectionClosed, OSError, InvalidHandshake, TimeoutError):
                pass
            code = self._socket.code if self._socket is not None else None
            attempt = 0 if self._connected else attempt + 1
            self._socket, self._connected = None, False
            if code is not None and not may_return(code):
                self.closed_with = code
                self._fail(code)
                raise Gone(code)
            await asyncio.sleep(backoff_s(attempt))

    async def _converse(self, socket: Socket) -> None:
        positions = {name: view.position for name, view in self.views.items() if view.position is not None}
        channels = [name for name, view in self.views.items() if view.ended is None]
        t0 = time.time() * 1000
        await socket.send(
            Connect(token=self._token, subscribe=channels, positions=positions, hz=self._hz, t0=t0)
        )
        while True:
            frame = await socket.receive()
            await self._take(socket, frame, channels)
            if isinstance(frame, Drain):
                self._tasks.start(_leave(socket, frame.slot_ms / 1000), "leave")

    async def _take(self, socket: Socket, frame: AnyServerFrame, asked: Sequence[str]) -> None:
        if isinstance(frame, Welcome):
            self._welcome(frame, asked)
        elif isinstance(frame, Ping):
            await socket.send(Pong(t=frame.t))
        elif isinstance(frame, Subscribed) and frame.channel in self.views:
            self._by_cid[frame.cid] = self.views[frame.channel]
        self._hear(frame)
        view = self._by_cid.get(getattr(frame, "cid", 0))
        if view is not None:
            view.apply(frame)
            if view.lost:
                view.lost = False
                self._subscribe(view)
        if self._on_frame is not None:
            self._on_frame(view.channel if view is not None else None, frame)
        self._changed.set()

    def _hear(self, frame: AnyServerFrame) -> None:
        """What is not about a channel's content."""
        match frame:
            case Subscribed():
                self._answer(frame.id, None)
            case Ok():
                self._answer(frame.id, frame.seq)
            case Error():
                self._error(frame)
            case Ingested():
                self._samples.durable(frame)
            case TimeIs():
                self.clock.take(frame.t0, frame.t1, frame.t2, time.time() * 1000)

    def _welcome(self, frame: Welcome, asked: Sequence[str]) -> None:
        self._connected = True
        self._by_cid.clear()
        self.welcomes.append(frame)
        if frame.t0 is not None:
            self.clock.take(frame.t0, frame.now, frame.now, time.time() * 1000)
        for channel, result in frame.results.items():
            if result == "denied" and channel in self.views:
                self.views[channel].ended = "denied"
        for channel in self.views.keys() - set(asked):
            self._subscribe(self.views[channel])
        for request, _ in list(self._asked.values()):
            self._later(request)
        self._samples.send_again()

    def _next_id(self) -> int:
        self._ids += 1
        return self._ids

    async def _ask(self, request: Publish | Unsubscribe) -> int | None:
        answer: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._asked[request.id] = (request, answer)
        self._later(request)
        try:
            return await answer
        finally:
            self._asked.pop(request.id, None)

    def _answer(self, request: int | None, seq: int | None) -> None:
        if request in self._asked and not self._asked[request][1].done():
            self._asked[request][1].set_result(seq)

    def _subscribe(self, view: View) -> None:
        if view.ended is None and self.views.get(view.channel) is view:
            view.asked_as = self._next_id()
            self._later(Subscribe(id=view.asked_as, channel=view.channel, position=view.position))

    def _error(self, frame: Error) -> None:
        request = frame.id or 0  # ours begin at 1
        asked = self._asked.get(request)
        view = next((one for one in self.views.values() if one.asked_as == request), None)
        if asked is not None and not asked[1].done():
            asked[1].set_exception(RequestRefused(frame.code, frame.retry_after))
        elif view is not None and frame.retry_after is not None:
            asyncio.get_running_loop().call_later(frame.retry_after, self._subscribe, view)
        elif view is not None:
            view.ended = frame.code
        elif frame.code in ("overloaded", "too_fast", "unavailable") and frame.id is None:
            self._samples.refused(frame.retry_after or 1.0)

    def _fail(self, code: int) -> None:
        for _, answer in self._asked.values():
            if not answer.done():
                answer.set_exception(Gone(code))
        self._changed.set()

    def _later(self, *frames: AnyClientFrame) -> None:
        """Send soon. What does not arrive is sent again after the next welcome."""
        socket = self._socket
        if socket is None or not self._connected:
            return

        async def send() -> None:
            with contextlib.suppress(ConnectionClosed):
                await socket.send(*frames)

        self._tasks.start(send(), "send")


async def _leave(socket: Socket, after_s: float) -> None:
    """The hub asked us to go elsewhere, at our own moment. Until then, what comes is still read."""
    await asyncio.sleep(after_s)
    await socket.close()
