"""The Python client: watches channels, says things, and comes back by itself to where it was.

async with LiveClient("ws://localhost:8000/ws", token=token) as live:
    board = live.watch("board:0191...")
    await live.until(lambda: board.rows)
    seq = await live.publish("session:0191...", {"text": "go!"})
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self
from uuid import uuid4

from realtime import wire as wires
from realtime.client_line import Gone as Gone  # callers catch it by this name
from realtime.client_line import Line
from realtime.client_link import TROUBLE, Link
from realtime.client_requests import RequestRefused as RequestRefused
from realtime.client_requests import Requests
from realtime.client_samples import Samples
from realtime.clock import Clock
from realtime.frames import (
    AnyClientFrame,
    AnyServerFrame,
    Connect,
    Error,
    Ingested,
    Ok,
    Ping,
    Pong,
    Publish,
    Row,
    Subscribe,
    Subscribed,
    Time,
    TimeIs,
    Unsubscribe,
    Welcome,
)
from realtime.tasks import Tasks
from realtime.views import View

_TIMES_ASKED = 5


class LiveClient:
    """Keeps one connection to a hub, by the first of its addresses that answers.

    Channels and requests outlive it: it resumes by position. A node that leaves is left only when the next
    one has taken over.
    """

    def __init__(
        self,
        url: str | Sequence[str],
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        wire: wires.Wire = wires.JSON,
        hz: float | None = None,
        on_frame: Callable[[str | None, AnyServerFrame], None] | None = None,
        on_state: Callable[[bool], None] | None = None,
    ) -> None:
        self.urls = [url] if isinstance(url, str) else list(url)
        self.views: dict[str, View] = {}
        self.welcomes: list[Welcome] = []
        self.clock = Clock()
        self.closed_with: int | None = None
        self._token = token
        self._headers = headers
        self._wire = wire
        self._hz = hz
        self._on_frame = on_frame
        self._requests = Requests()
        self._tasks = Tasks()
        self._line = Line(self._dial, self._take, tasks=self._tasks, on_state=on_state)
        self._samples = Samples(self._later, lambda s, go_on: asyncio.get_running_loop().call_later(s, go_on))
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        # A clock that nobody sets, so that the offset to the hub's stays true.
        self._steady_to_wall_ms = (time.time() - time.monotonic()) * 1000

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

    @property
    def is_online(self) -> bool:
        """Whether the hub has welcomed us, and the connection has not ended since."""
        return self._line.is_online

    def now_ms(self) -> float:
        """The hub's time, in milliseconds since the epoch."""
        return self._own_ms() + self.clock.offset_ms

    def watch(self, channel: str) -> View:
        """Watch a channel, for as long as this client lives."""
        view = self.views.get(channel)
        if view is None:
            view = self.views[channel] = View(channel)
            self._subscribe(view)
        return view

    async def unwatch(self, channel: str) -> None:
        if self.views.pop(channel, None) is not None:
            request = self._requests.next_id()
            await self._ask(request, Unsubscribe(id=request, channel=channel))

    async def publish(self, channel: str, body: dict[str, Any], *, mid: str | None = None) -> int | None:
        """Say something; its seq in the log. Sent twice it has one effect. Raises RequestRefused."""
        request = self._requests.next_id()
        return await self._ask(
            request, Publish(id=request, channel=channel, mid=mid or uuid4().hex, body=body)
        )

    def ingest(self, stream: str, samples: Sequence[Row]) -> None:
        """Record samples. They are kept, and sent again, until the hub calls them durable: see `upto`."""
        self._samples.add(stream, samples)

    async def until(self, is_true: Callable[[], Any], timeout_s: float | None = 10.0) -> None:
        """Wait until something holds of what this client knows. Raises TimeoutError, or what ended the
        client: Gone, or an error of `websockets` where its address is none."""
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
        if self._line.link is not None:
            self._line.link.socket.abort()

    # The life of connections.

    async def _run(self) -> None:
        try:
            await self._line.run()
        except Exception as error:
            # Whoever waits for something learns why it will not come.
            self.closed_with = error.code if isinstance(error, Gone) else None
            self._requests.fail(error)
            self._changed.set()
            raise

    async def _dial(self, tried: int) -> Link:
        """Connect, and say what is watched and how far it has come."""
        connect = Connect(
            token=self._token,
            subscribe=[name for name, view in self.views.items() if view.ended is None],
            positions={name: view.position for name, view in self.views.items() if view.position is not None},
            hz=self._hz,
            t0=self._own_ms(),
        )
        url = self.urls[tried % len(self.urls)]
        return await Link.open(url, connect, wire=self._wire, headers=self._headers)

    # What comes.

    def _take(self, link: Link, frame: AnyServerFrame) -> None:
        if isinstance(frame, Welcome):
            self._welcome(link, frame)
        elif isinstance(frame, Subscribed) and frame.channel in self.views:
            link.by_cid[frame.cid] = self.views[frame.channel]
        self._hear(link, frame)
        view = link.by_cid.get(getattr(frame, "cid", 0))
        if view is not None:
            view.apply(frame)
            if view.lost:
                view.lost = False
                self._subscribe(view)
        if self._on_frame is not None:
            self._on_frame(view.channel if view is not None else None, frame)
        self._changed.set()

    def _hear(self, link: Link, frame: AnyServerFrame) -> None:
        """What is not about a channel's content."""
        match frame:
            case Ping():
                self._send(link, Pong(t=frame.t), Time(t0=self._own_ms()))
            case Subscribed() if frame.id is not None:
                self._requests.answered(frame.id, None)
            case Ok():
                self._requests.answered(frame.id, frame.seq)
            case Error():
                self._error(frame)
            case Ingested():
                self._samples.durable(frame)
            case TimeIs():
                self.clock.take(frame.t0, frame.t1, frame.t2, self._own_ms())
                if self.clock.size < _TIMES_ASKED:
                    self._send(link, Time(t0=self._own_ms()))

    def _welcome(self, link: Link, frame: Welcome) -> None:
        self.welcomes.append(frame)
        if frame.t0 is not None:
            self.clock.take(frame.t0, frame.now, frame.now, self._own_ms())
        for channel, result in frame.results.items():
            if result == "denied" and channel in self.views:
                self.views[channel].ended = "denied"
        for channel in self.views.keys() - set(link.asked):
            self._subscribe(self.views[channel])
        self._later(*self._requests.unanswered(), Time(t0=self._own_ms()))
        self._samples.send_again()

    def _error(self, frame: Error) -> None:
        request = frame.id or 0  # ours begin at 1
        view = next((one for one in self.views.values() if one.asked_as == request), None)
        if self._requests.refused(request, RequestRefused(frame.code, frame.retry_after)):
            return
        if view is not None and frame.retry_after is not None:
            asyncio.get_running_loop().call_later(frame.retry_after, self._subscribe, view)
        elif view is not None:
            view.ended = frame.code
        elif frame.code in ("overloaded", "too_fast", "unavailable") and frame.id is None:
            self._samples.refused(frame.retry_after or 1.0)

    # What goes.

    async def _ask(self, request: int, frame: Publish | Unsubscribe) -> int | None:
        answer = self._requests.ask(request, frame)
        self._later(frame)
        return await answer

    def _subscribe(self, view: View) -> None:
        if view.ended is None and self.views.get(view.channel) is view:
            view.asked_as = self._requests.next_id()
            self._later(Subscribe(id=view.asked_as, channel=view.channel, position=view.position))

    def _later(self, *frames: AnyClientFrame) -> None:
        """Send soon. What does not arrive is sent again after the next welcome."""
        if self._line.link is not None and self._line.is_online:
            self._send(self._line.link, *frames)

    def _send(self, link: Link, *frames: AnyClientFrame) -> None:
        async def send() -> None:
            with contextlib.suppress(*TROUBLE):
                for at in range(0, len(frames), 32):
                    await link.socket.send(*frames[at : at + 32])

        self._tasks.start(send(), "send")

    def _own_ms(self) -> float:
        return time.monotonic() * 1000 + self._steady_to_wall_ms
