"""The desk: where sockets arrive, are served, and are asked to leave."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from realtime.channels import ChannelClass, Kinds
from realtime.clock import Timepiece
from realtime.closing import Close
from realtime.connection import Connection
from realtime.fanout import Feed
from realtime.frames import Drain, Ingest
from realtime.host import Identity
from realtime.ingest import Athlete, Recorder
from realtime.metrics import Metrics
from realtime.post import Post
from realtime.presence import Presence
from realtime.protocol import EXTENSION, PulseProtocol
from realtime.registry import Registry
from realtime.rooms import Room
from realtime.settings import Settings
from realtime.streams import EXTENSION as STREAMS
from realtime.streams import EventStream, PulseHttp
from realtime.tasks import Tasks
from realtime.transport import Transport
from realtime.wire import JSON, Wire, chosen

_LOOK_S = 0.1

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Serve = Callable[[Connection, Identity | None], Awaitable[None]]


class Desk:
    """All sockets of a node, from the handshake to the end."""

    def __init__(
        self,
        kinds: Kinds,
        registry: Registry,
        recorder: Recorder,
        presence: Presence,
        post: Post,
        timepiece: Timepiece,
        *,
        settings: Settings,
        tasks: Tasks,
        metrics: Metrics,
    ) -> None:
        self.is_leaving = False
        self._is_told = False
        self._kinds = kinds
        self._registry = registry
        self._recorder = recorder
        self._presence = presence
        self._post = post
        self.now_ms = timepiece.now_ms
        self._settings = settings
        self._tasks = tasks
        self._metrics = metrics
        metrics.present.set_function(lambda: presence.here)

    async def welcome(
        self, scope: Scope, receive: Receive, send: Send, identity: Identity | None, serve: Serve
    ) -> None:
        """Accept a socket and see to it until it is gone."""
        await receive()
        protocol = scope.get("extensions", {}).get(EXTENSION)
        assert isinstance(protocol, PulseProtocol), "run the server with ws=PulseProtocol"
        offered = scope.get("subprotocols") or []
        wire = chosen(offered)
        if wire is None:
            await send({"type": "websocket.close", "code": 1002})
            return
        await send({"type": "websocket.accept", "subprotocol": wire.name if offered else None})
        await self.attend(protocol, wire, identity, serve)

    async def stream(
        self, scope: Scope, receive: Receive, send: Send, identity: Identity, serve: Serve
    ) -> None:
        """Answer a request with a stream of events, and see to it until it is gone."""
        http = scope.get("extensions", {}).get(STREAMS)
        assert isinstance(http, PulseHttp), "run the server with http=PulseHttp"
        stream = EventStream(http)
        name = self._post.open(stream, identity.grants)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self.attend(stream, JSON, identity, serve))
                await stream.serve(receive, send, name=name)
        finally:
            self._post.close(name)

    async def attend(self, transport: Transport, wire: Wire, identity: Identity | None, serve: Serve) -> None:
        """Serve what was accepted until it is gone, unless there is no room or the node is leaving."""
        connection = Connection(transport, wire, self, settings=self._settings, metrics=self._metrics)
        if self.is_leaving or len(self._registry.connections) >= self._settings.connections:
            connection.end(Close.DRAIN if self.is_leaving else Close.TOO_MANY)
            return
        self._registry.add(connection)
        try:
            await serve(connection, identity)
        finally:
            connection.lost()
            self._registry.remove(connection)
            self._recorder.close(connection)

    async def drain(self) -> None:
        """Ask every client to go elsewhere, each at its own moment, and close. New ones are turned away."""
        if self.is_leaving:
            return
        # From here on this node is not ready, and takes nobody in.
        self.is_leaving = True
        began = time.monotonic()
        connections = list(self._registry.connections)
        moments = slots(len(connections), least_s=self._settings.drain_s, per_s=self._settings.drain_per_s)
        going = sorted(zip(moments, connections, strict=True), key=lambda one: one[0])
        for slot_s, connection in going:
            connection.send(Drain(slot_ms=int(slot_s * 1000)))
        for slot_s, connection in going:
            until = began + slot_s + self._settings.elsewhere_s
            while connection.is_open and (left_s := until - time.monotonic()) > 0:  # noqa: ASYNC110  # two things end it
                await asyncio.sleep(min(_LOOK_S, left_s))
            connection.end(Close.DRAIN)

    # What connections ask.

    def record(self, athlete: Athlete, frame: Ingest) -> bool:
        stream = self._recorder.find(athlete, frame.stream)
        if stream is None:
            return False
        fresh = self._recorder.take(athlete, stream, frame)
        if fresh:
            channel = stream.stream.channel
            room = self._registry.rooms.get(channel) or self._new_room(channel)
            if room is not None:
                room.move(stream.stream.row, fresh)
        return True

    def _new_room(self, channel: str) -> Room | None:
        kind = self._kinds.of(channel)
        if kind is None or kind.delivers is not ChannelClass.TICK:
            return None
        room = self._registry.feed(channel, kind)
        assert isinstance(room, Room), "a tick channel is a room"
        return room

    def watching(self, connection: Connection, feed: Feed, *, watches: bool) -> None:
        gauge = self._metrics.subscriptions.labels(feed.kind.name)
        if watches:
            gauge.inc()
        else:
            gauge.dec()
        if feed.kind.presence and connection.identity is not None:
            tell = self._presence.joined if watches else self._presence.left
            tell(feed.name, connection.identity.member)

    def leaving(self) -> None:
        """Every connection says so at once; the first one is enough."""
        if not self._is_told:
            self._is_told = True
            self._tasks.start(self.drain(), "drain")


def slots(count: int, *, least_s: float, per_s: float) -> list[float]:
    """A moment for each of so many, in seconds from now, in no order: never more than about `per_s` a second.

    Each has a share of the time, and its moment somewhere in there.
    """
    share_s = max(least_s, count / per_s) / max(1, count)
    moments = [(n + random.random()) * share_s for n in range(count)]  # noqa: S311
    random.shuffle(moments)
    return moments
