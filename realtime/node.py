"""A node: the live layer of one server process, as its host application uses it.

node = Node(host, kinds, bus, node_id="a1")
await node.start()
...                                    # run uvicorn with ws=PulseProtocol; give it the sockets:
await node.websocket(scope, receive, send, identity)
node.publish_event("club:7", epoch, seq, body)      # after the commit
await node.stop()
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from realtime import upkeep
from realtime.bus import (
    EVERYONE,
    Bundle,
    Bus,
    Heads,
    Logged,
    Message,
    Nudged,
    Rechecked,
    Revoked,
    Signalled,
    topic_of,
)
from realtime.channels import ChannelClass, Kinds
from realtime.closing import Close
from realtime.connection import Connection
from realtime.factory import Factory
from realtime.fanout import Feed, SignalFeed
from realtime.frames import Drain, Ingest
from realtime.host import Host, Identity
from realtime.ingest import Recorder
from realtime.logs import LogFeed
from realtime.metrics import Metrics
from realtime.presence import Presence
from realtime.protocol import EXTENSION, PulseProtocol
from realtime.reception import Reception
from realtime.registry import Registry
from realtime.repair import Digest, learn, resync
from realtime.rights import Revocations, Rights
from realtime.rooms import Room
from realtime.settings import Settings
from realtime.tasks import Tasks
from realtime.wire import chosen

log = logging.getLogger(__name__)

_WAITING_SIGNALS = 1_000

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
OnSignal = Callable[[bytes], Awaitable[None]]


class Node:
    """Everything between the bus, the host and the sockets of this process."""

    def __init__(
        self,
        host: Host,
        kinds: Kinds,
        bus: Bus,
        *,
        node_id: str,
        settings: Settings | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self.node_id = node_id
        self.metrics = metrics or Metrics()
        self.settings = settings or Settings()
        self.draining = False
        self._host = host
        self._kinds = kinds
        self._bus = bus
        self._tasks = Tasks()
        self._recorder = Recorder(host, self.settings, self.metrics)
        self._digest = Digest(bus, self.settings)
        self.presence = Presence(node_id, bus, self.settings, self.nudge)
        self._registry = Registry(self._factory(), self.metrics)
        revocations = Revocations()
        self._on_signal: dict[str, OnSignal] = {}
        self._signals: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(_WAITING_SIGNALS)
        self._reception = Reception(
            node_id, host, kinds, bus, self._registry, self._recorder, self.settings, self.metrics,
            is_revoked=revocations.cover, record=self.record,
        )  # fmt: skip
        self._rights = Rights(host, self._registry, self._reception, revocations)

    # Living.

    async def start(self) -> None:
        """Begin. Does not wait for a bus that is away: see `healthy`."""
        await self._bus.start(self.node_id, self)
        for name, work in {
            "sweep": upkeep.sweep(self._registry, self._bus, self.settings),
            "ticks": upkeep.tick(self._registry, self.settings),
            "digest": self._digest.run(),
            "ingest": self._recorder.run(),
            "presence": self.presence.run(),
            "signals": self._tell_signals(),
            "deafness": self._mind_deafness(),
        }.items():
            self._tasks.start(work, name)

    async def stop(self) -> None:
        """Drain where that has not happened, store what waits, and end."""
        await self.drain()
        await self._recorder.flush()
        await self._tasks.stop()
        await self._bus.stop()

    async def drain(self) -> None:
        """Ask every client to go elsewhere, each at its own moment, and close. New ones are turned away."""
        if self.draining:
            return
        self.draining = True
        began = time.monotonic()
        slots = [(random.uniform(0, self.settings.drain_s), each) for each in self._registry.connections]  # noqa: S311
        slots.sort(key=lambda slot: slot[0])
        for slot_s, connection in slots:
            connection.send(Drain(slot_ms=int(slot_s * 1000)))
        for slot_s, connection in slots:
            # Half a second to connect elsewhere, from its slot on, before this end closes.
            await asyncio.sleep(max(0.0, began + slot_s + 0.5 - time.monotonic()))
            connection.end(Close.DRAIN)

    @property
    def healthy(self) -> bool:
        """Whether this node hears the others. When it does not, it still serves what happens here."""
        return self._bus.healthy

    # The way in: sockets.

    async def websocket(
        self, scope: Scope, receive: Receive, send: Send, identity: Identity | None = None
    ) -> None:
        """Serve one WebSocket, until it is gone. `identity` is who the handshake's cookie belongs to, if
        anybody.

        An ASGI application of its own kind: it needs the server to run with `ws=PulseProtocol`.
        """
        await receive()
        protocol = scope.get("extensions", {}).get(EXTENSION)
        assert isinstance(protocol, PulseProtocol), "run the server with ws=PulseProtocol"
        offered = scope.get("subprotocols") or []
        wire = chosen(offered)
        if wire is None:
            await send({"type": "websocket.close", "code": 1002})
            return
        await send({"type": "websocket.accept", "subprotocol": wire.name if offered else None})
        connection = Connection(protocol, wire, self, settings=self.settings, metrics=self.metrics)
        if self.draining or len(self._registry.connections) >= self.settings.connections:
            connection.end(Close.DRAIN if self.draining else Close.TOO_MANY)
            return
        self._registry.add(connection)
        try:
            await self._reception.serve(connection, identity)
        finally:
            connection.lost()
            self._registry.remove(connection)
            self._recorder.close(connection)

    def record(self, connection: Connection, frame: Ingest) -> bool:
        stream = self._recorder.find(connection, frame.stream)
        if stream is None:
            return False
        fresh = self._recorder.take(connection, stream, frame)
        kind = self._kinds.of(stream.stream.channel)
        if fresh and kind is not None and kind.delivers is ChannelClass.TICK:
            room = self._registry.feed(stream.stream.channel, kind)
            assert isinstance(room, Room), "a tick channel is a room"
            room.move(stream.stream.row, fresh)
        return True

    def watching(self, connection: Connection, feed: Feed, *, watches: bool) -> None:
        gauge = self.metrics.subscriptions.labels(feed.kind.name)
        if watches:
            gauge.inc()
        else:
            gauge.dec()
        if feed.kind.presence and connection.identity is not None:
            tell = self.presence.joined if watches else self.presence.left
            tell(feed.name, connection.identity.member)

    def leaving(self) -> None:
        if not self.draining:
            self._tasks.start(self.drain(), "drain")

    # The way in: the host.

    def publish_event(self, channel: str, epoch: int, seq: int, body: bytes) -> None:
        """An event of a log channel was committed. Tell everybody who listens, here and elsewhere; never
        raises."""
        self._hear_event(channel, epoch, seq, body)
        self._digest.moved(channel, epoch, seq)
        self._bus.say(topic_of(channel), Logged(channel=channel, epoch=epoch, seq=seq, body=body))

    def nudge(self, channel: str, epoch: int, seq: int) -> None:
        """A state channel has reached this version. Each node with a watcher reads it; never raises."""
        learn(self._registry.feeds.get(channel), epoch, seq)
        self._digest.moved(channel, epoch, seq)
        self._bus.say(topic_of(channel), Nudged(channel=channel, epoch=epoch, seq=seq))

    def signal(self, topic: str, body: bytes) -> None:
        """News, as JSON, for all nodes: each gives it to its handler of `topic`, else to the channel of
        that name."""
        self._hear_signal(topic, body)
        self._bus.say(EVERYONE, Signalled(topic=topic, body=body))

    def on_signal(self, topic: str, handler: OnSignal) -> None:
        """Call `handler` with each body of `topic`, on this node; it decides who gets it by
        `deliver_signal`."""
        self._on_signal[topic] = handler

    def deliver_signal(self, channel: str, body: bytes) -> None:
        """Tell the listeners that this node has on a signal channel."""
        feed = self._registry.feeds.get(channel)
        if isinstance(feed, SignalFeed):
            feed.say(body)

    def watchers(self, kind: str) -> list[str]:
        """The channels of a kind that somebody on this node watches."""
        return [
            name for name, feed in self._registry.feeds.items() if feed.kind.name == kind and feed.is_watched
        ]

    def revoke(self, grants: Collection[str]) -> None:
        """End every connection, on every node, that stands on any of these grants."""
        self._rights.end(grants)
        self._bus.say(EVERYONE, Revoked(grants=list(grants)))

    def recheck(self, *, channel: str | None = None, member: str | None = None) -> None:
        """Who may watch has changed: ask again, on every node, and end what may not be watched any more."""
        self._recheck(channel, member)
        self._bus.say(EVERYONE, Rechecked(channel=channel, member=member))

    # The way in: other nodes.

    def heard(self, node: str, message: Message) -> None:
        match message:
            case Logged():
                self._hear_event(message.channel, message.epoch, message.seq, message.body)
            case Nudged():
                learn(self._registry.feeds.get(message.channel), message.epoch, message.seq)
            case Bundle():
                room = self._registry.feeds.get(message.channel)
                if isinstance(room, Room):
                    room.heard(message.rows)
            case Heads():
                for channel, (epoch, seq) in message.heads.items():
                    learn(self._registry.feeds.get(channel), epoch, seq)
            case Signalled():
                self._hear_signal(message.topic, message.body)
            case Revoked():
                self._rights.end(message.grants)
            case Rechecked():
                self._recheck(message.channel, message.member)

    def resynced(self) -> None:
        self.metrics.resyncs.inc()
        self.presence.enter_again()
        self._tasks.start(self._resync(), "resync")

    def _recheck(self, channel: str | None, member: str | None) -> None:
        self._rights.in_question()
        self._tasks.start(self._rights.ask_again(channel, member), "recheck")

    def _hear_event(self, channel: str, epoch: int, seq: int, body: bytes) -> None:
        feed = self._registry.feeds.get(channel)
        if isinstance(feed, LogFeed):
            feed.tail.heard(epoch, seq, body)

    def _hear_signal(self, topic: str, body: bytes) -> None:
        if topic not in self._on_signal:
            self.deliver_signal(topic, body)
        elif not self._signals.full():
            self._signals.put_nowait((topic, body))

    # The work.

    async def _resync(self) -> None:
        """Whatever was missed while deaf: revocations first, then every channel; until it has worked."""
        delay_s = 0.1
        while True:
            try:
                await self._rights.check_grants()
                await resync(self._registry, self._host)
                self._recheck(None, None)
            except Exception:
                log.warning("a resync failed", exc_info=True, extra={"node": self.node_id})
                await asyncio.sleep(delay_s)
                delay_s = min(2.0, delay_s * 2)
            else:
                return

    async def _mind_deafness(self) -> None:
        """While other nodes cannot be heard, the database is asked instead, a little less often than they
        speak."""
        while True:
            await asyncio.sleep(self.settings.recheck_s)
            self.metrics.healthy.set(self.healthy)
            if self.healthy:
                continue
            try:
                await self._rights.check_grants()
                await resync(self._registry, self._host)
            except Exception:
                log.warning("deaf, and the host does not answer", exc_info=True, extra={"node": self.node_id})

    async def _tell_signals(self) -> None:
        while True:
            topic, body = await self._signals.get()
            try:
                await self._on_signal[topic](body)
            except Exception:
                log.warning("a signal was not told", exc_info=True, extra={"topic": topic})

    def _factory(self) -> Factory:
        return Factory(
            host=self._host,
            read_presence=self.presence.read,
            tell_room=self._tell_room,
            settings=self.settings,
            tasks=self._tasks,
            metrics=self.metrics,
        )

    def _tell_room(self, bundle: Bundle) -> None:
        self._bus.say(topic_of(bundle.channel), bundle)
