"""One socket: its cursors and its writes. No task, no timer and no queue of messages belongs to it."""

import asyncio
import time
from collections.abc import Collection
from typing import Protocol
from uuid import uuid4

from realtime.closing import Close
from realtime.fanout import Feed, Listener
from realtime.frames import (
    AnyServerFrame,
    Bye,
    Connect,
    Error,
    Hint,
    Ingest,
    Position,
    Publish,
    Refresh,
    Subscribe,
    Unsubscribe,
)
from realtime.host import Identity
from realtime.metrics import Metrics
from realtime.session import End, Intent, Session, Tell
from realtime.settings import Settings
from realtime.transport import Transport
from realtime.wire import Wire, framed

Request = Connect | Subscribe | Unsubscribe | Publish | Refresh | Ingest
"""What has to ask the host. It is carried out in the order it came, one after the other."""

_WAITING_REQUESTS = 100
_CONTROL_BYTES = 512 * 1024


class Desk(Protocol):
    """The node, as a connection sees it."""

    def record(self, connection: "Connection", frame: Ingest) -> bool:
        """Take samples of an open stream at once; False where the stream is to be opened first."""

    def watching(self, connection: "Connection", feed: Feed, *, watches: bool) -> None:
        """A connection began or ceased to listen."""

    def leaving(self) -> None:
        """The server is shutting down."""

    def now_ms(self) -> float:
        """The time that all nodes keep."""


class Connection:
    """The sink of a transport, and the reader of feeds. Nothing that comes in raises out of it."""

    def __init__(
        self, transport: Transport, wire: Wire, desk: Desk, *, settings: Settings, metrics: Metrics
    ) -> None:
        self.sid = uuid4().hex
        self.wire = wire
        self.identity: Identity | None = None
        self.filed_as: Identity | None = None
        self.is_choked = False
        self.every = 1
        self.code: int | None = None
        """With what this node closed it, if it did."""
        self.listeners: dict[str, Listener] = {}
        self.watched: Collection[str] = ()
        """What it listened to when it went."""
        self.session = Session(wire, settings, now=time.monotonic())
        self.write = transport.write
        """Framed bytes; an attribute, because a feed calls it for each delivery."""
        self._transport = transport
        self._desk = desk
        self._settings = settings
        self._metrics = metrics
        self._requests: list[Request] = []
        self._waiting: asyncio.Future[None] | None = None
        self._hz: float | None = None
        self._is_visible = True
        self._lost = False
        self._stuck_since = 0.0
        self._stuck_bytes = 0
        transport.attach(self, high_bytes=settings.slow_bytes)

    @property
    def is_open(self) -> bool:
        return self._transport.is_open and not self._lost

    # The way in.

    def received(self, message: bytes, opcode: int) -> None:
        now = time.monotonic()
        samples = self.session.samples(message, opcode, now=now)
        if samples is not None:
            self._take(samples)
            return
        for intent in self.session.receive(message, opcode, now=now, wall_ms=self._desk.now_ms()):
            self._follow(intent)

    def _follow(self, intent: Intent) -> None:
        match intent:
            case Tell(frame=frame):
                self.send(frame)
            case End(code=code):
                self.end(code)
            case Hint():
                self.hint(intent)
            case Ingest():
                self._take(intent)
            case _:
                self._request(intent)

    def _take(self, samples: Ingest) -> None:
        if not self._desk.record(self, samples):
            self._request(samples)

    def _request(self, frame: Request) -> None:
        if len(self._requests) >= _WAITING_REQUESTS:
            self.send(Error(code="busy", id=getattr(frame, "id", None), retry_after=1.0))
            return
        self._requests.append(frame)
        self._wake()

    async def next_request(self) -> Request | None:
        """What to carry out next; None when the connection is gone."""
        while not self._requests and not self._lost:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return None if self._lost else self._requests.pop(0)

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def hint(self, hint: Hint | Connect) -> None:
        """How many ticks a second are wanted: every one, every second, fourth, eighth or sixteenth."""
        if hint.hz is not None:
            self._hz = hint.hz
        if isinstance(hint, Hint) and hint.visible is not None:
            self._is_visible = hint.visible
        most = 1 / self._settings.tick_s
        hz = min(self._hz or most, most if self._is_visible else 1.0)
        every = 1
        while every < 16 and most / every > hz * 1.01:
            every *= 2
        if every != self.every:
            self.every = every
            for listener in self.listeners.values():
                if listener.at_tip:
                    listener.feed.detach(listener)
                    listener.feed.join(listener)

    # The way out.

    def send(self, *frames: AnyServerFrame) -> None:
        """Frames for this connection alone. Who asks and asks and never reads the answers is cut off."""
        self._transport.write(framed(self.wire.opcode, self.wire.encode(frames)))
        if self.is_choked and self._transport.unsent > _CONTROL_BYTES:
            self._transport.abort()

    def end(self, code: Close) -> None:
        """Say goodbye and close."""
        if not self.is_open:
            return
        self.code = code
        self.session.ended = True
        self._metrics.closes.labels(str(int(code))).inc()
        self.send(Bye(code=code))
        self._transport.finish(code)
        self._gone()

    def moment(self, now: float) -> None:
        """A second has passed, about: ping, give up on the silent and on those who do not read."""
        wall_s = self._desk.now_ms() / 1000
        if self.identity is not None and (self.identity.expires_at or wall_s) < wall_s:
            self.end(Close.TOKEN_EXPIRED)
            return
        if self.is_choked:
            unsent = self._transport.unsent
            if unsent < self._stuck_bytes:
                self._stuck_bytes, self._stuck_since = unsent, now
            elif now - self._stuck_since > self._settings.slow_s:
                self.end(Close.TOO_SLOW)
            return
        intent = self.session.moment(now=now, wall_ms=wall_s * 1000)
        if intent is not None:
            self._follow(intent)

    # What the transport says.

    def choked(self) -> None:
        """More is unsent than a connection may have: all feeds skip it from here."""
        self.is_choked = True
        self._stuck_since = time.monotonic()
        self._stuck_bytes = self._transport.unsent
        self._metrics.choked.inc()
        for listener in self.listeners.values():
            listener.feed.fall_behind(listener)

    def drained(self) -> None:
        """It reads again: what it missed, channel by channel, until it chokes again."""
        self._unchoke()
        for listener in list(self.listeners.values()):
            if self.is_choked:
                break
            if not listener.at_tip:
                listener.feed.catch_up(listener)

    def lost(self) -> None:
        self._gone()

    def leaving(self) -> None:
        self._desk.leaving()

    # Listening.

    def listen(self, feed: Feed, position: Position | None, request: int | None) -> None:
        """Attach to a feed that is ready. Synchronous: nothing slips in between snapshot and first diff."""
        self.unlisten(feed.name)
        self.listeners[feed.name] = feed.attach(self, position, request)
        self._desk.watching(self, feed, watches=True)

    def unlisten(self, channel: str) -> Listener | None:
        listener = self.listeners.pop(channel, None)
        if listener is not None:
            listener.feed.detach(listener)
            self._desk.watching(self, listener.feed, watches=False)
        return listener

    def _gone(self) -> None:
        """Nothing more goes to it or comes from it."""
        if self._lost:
            return
        self._lost = True
        self._unchoke()
        self.watched = list(self.listeners)
        for channel in self.watched:
            self.unlisten(channel)
        self._requests.clear()
        self._wake()

    def _unchoke(self) -> None:
        if self.is_choked:
            self.is_choked = False
            self._metrics.choked.dec()
