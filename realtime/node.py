"""A node: the live layer of one server process, as its host application uses it.

Make it, `start` it, run uvicorn with `ws=PulseProtocol`, give each WebSocket to `websocket`, tell it after
each commit what has happened (`publish_event`, `nudge`, `signal`), and `stop` it at the end.
"""

from collections.abc import Callable, Collection, Coroutine, Mapping
from functools import partial
from typing import Any

from realtime import upkeep
from realtime.bus import (
    EVERYONE,
    Bundle,
    Bus,
    Changed,
    Crowded,
    Heads,
    Logged,
    Message,
    Nudged,
    Posted,
    Rechecked,
    Revoked,
    Signalled,
    Taken,
    topic_of,
)
from realtime.channels import Kinds
from realtime.clock import Timepiece
from realtime.crowds import Crowds
from realtime.desk import Desk, Receive, Scope, Send
from realtime.factory import Factory
from realtime.fanout import SignalFeed
from realtime.frames import Ingest
from realtime.host import Host, Identity, StateChange
from realtime.ingest import Athlete, Recorder
from realtime.logs import LogFeed
from realtime.metrics import Metrics
from realtime.post import Post
from realtime.presence import Presence
from realtime.reception import Reception
from realtime.registry import Registry
from realtime.repair import Digest, learn
from realtime.rights import Rights
from realtime.rooms import Room
from realtime.settings import Settings
from realtime.signals import OnSignal, Signals
from realtime.states import StateFeed
from realtime.tasks import Tasks
from realtime.vigil import Vigil


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
        timepiece: Timepiece | None = None,
    ) -> None:
        self.node_id = node_id
        self.metrics = metrics or Metrics()
        self.settings = settings or Settings()
        self._host = host
        self._kinds = kinds
        self._bus = bus
        self._tasks = Tasks()
        self._digest = Digest(bus, self.settings)
        self._timepiece = timepiece or Timepiece()
        self.post = Post(node_id, bus)
        self.presence = Presence(
            node_id, bus, self.settings, self.nudge, self._learn, now_ms=self._timepiece.now_ms
        )
        self._registry = Registry(self._factory(), self.metrics)
        self._recorder = Recorder(host, self.settings, self.metrics, ticks=self._registry.rooms.__contains__)
        self._desk = Desk(
            kinds, self._registry, self._recorder, self.presence, self.post, self._timepiece,
            settings=self.settings, tasks=self._tasks, metrics=self.metrics,
        )  # fmt: skip
        self._rights = Rights(host, self._registry, self._tasks)
        self._crowds = Crowds(node_id, bus, self.presence, self._registry, self.settings, self._tasks)
        self._vigil = Vigil(bus, host, self._registry, self._rights, self.settings, self.metrics)
        self._signals = Signals()
        self._reception = Reception(
            node_id, host, kinds, bus, self._registry, self._recorder, self.settings, self.metrics,
            rights=self._rights, record=self._desk.record, now_ms=self._timepiece.now_ms,
        )  # fmt: skip

    # Living.

    async def start(self) -> None:
        """Begin. Does not wait for a bus that is away: see `healthy`."""
        await self._bus.start(self.node_id, self)
        self.post.listen()
        await upkeep.ask_time(self._timepiece, self._host, self.settings)
        loops: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "sweep": partial(upkeep.sweep, self._registry, self._recorder, self._bus, self.settings),
            "ticks": partial(upkeep.tick, self._registry, self._recorder, self.settings),
            "time": partial(upkeep.keep_time, self._timepiece, self._host, self.settings),
            "digest": self._digest.run,
            "ingest": self._recorder.run,
            "presence": self.presence.run,
            "signals": self._signals.run,
            "vigil": self._vigil.run,
        }
        for name, work in loops.items():
            self._tasks.keep(work, name)

    async def stop(self) -> None:
        """Drain where that has not happened, store what waits, and end."""
        await self.drain()
        await self._recorder.flush()
        await self._tasks.stop()
        await self._bus.stop()

    async def drain(self) -> None:
        """Ask every client to go elsewhere, each at its own moment, and close. New ones are turned away."""
        await self._desk.drain()

    @property
    def draining(self) -> bool:
        return self._desk.is_leaving

    @property
    def healthy(self) -> bool:
        """Whether this node hears the others. When it does not, it still serves what happens here."""
        return self._bus.healthy

    # The way in: sockets.

    async def websocket(
        self, scope: Scope, receive: Receive, send: Send, identity: Identity | None = None
    ) -> None:
        """Serve one WebSocket, until it is gone. `identity` is whose cookie the handshake showed, if any.

        An ASGI application of its own kind: it needs the server to run with `ws=PulseProtocol`.
        """
        await self._desk.welcome(scope, receive, send, identity, self._reception.serve)

    async def stream(self, scope: Scope, receive: Receive, send: Send, identity: Identity) -> None:
        """Answer an HTTP request with the same frames as events; `post` takes those of the client.

        It needs the server to run with `http=PulseHttp`.
        """
        await self._desk.stream(scope, receive, send, identity, self._reception.serve)

    async def ingest(self, athlete: Athlete, frame: Ingest) -> None:
        """Samples of an athlete without a socket, answered through `athlete.send` like those of one.

        Raises what the host's `open_stream` raises. `dismiss` the athlete at the end.
        """
        if not self._desk.record(athlete, frame):
            await self._recorder.open(athlete, frame.stream)
            self._desk.record(athlete, frame)

    def dismiss(self, athlete: Athlete) -> None:
        """An athlete without a socket has gone. What they sent is stored all the same."""
        self._recorder.close(athlete)

    # The way in: the host.

    def publish_event(self, channel: str, epoch: int, seq: int, body: bytes) -> None:
        """An event of a log channel was committed: tell who listens, here and elsewhere. Never raises."""
        said = Logged(channel=channel, epoch=epoch, seq=seq, body=body, at_ms=self._timepiece.now_ms())
        self._hear_event(said)
        self._digest.moved(channel, epoch, seq)
        self._bus.say(topic_of(channel), said)

    def nudge(self, channel: str, epoch: int, seq: int) -> None:
        """A state channel has reached this version. Each node with a watcher reads it; never raises."""
        self._learn(channel, epoch, seq)
        self._digest.moved(channel, epoch, seq)
        self._bus.say(topic_of(channel), Nudged(channel=channel, epoch=epoch, seq=seq))

    def tell_state(self, channel: str, change: StateChange) -> None:
        """A state channel has changed so, says who computes it: nobody has to read it. Never raises."""
        self.tell_state_here(channel, change)
        self._digest.moved(channel, change.epoch, change.to_seq)
        self._bus.say(topic_of(channel), Changed(channel=channel, change=change))

    def tell_state_here(self, channel: str, change: StateChange) -> None:
        """The same, for a channel whose versions are this node's own."""
        feed = self._registry.feeds.get(channel)
        if isinstance(feed, StateFeed):
            feed.told(change)

    def doubt(self, channel: str) -> None:
        """This node's replica of a state channel may be old: read it again."""
        feed = self._registry.feeds.get(channel)
        if isinstance(feed, StateFeed):
            feed.doubt()

    def signal(self, topic: str, body: bytes) -> None:
        """News, as JSON, for all nodes: for their handlers of `topic`, else for the channel of that name."""
        self._hear_signal(topic, body)
        self._bus.say(EVERYONE, Signalled(topic=topic, body=body))

    def on_signal(self, topic: str, handler: OnSignal) -> None:
        """Call `handler` with each body of `topic` on this node. It decides who gets it: `deliver_signal`."""
        self._signals.handle(topic, handler)

    def deliver_signal(self, channel: str, body: bytes) -> None:
        """Tell the listeners that this node has on a signal channel."""
        feed = self._registry.feeds.get(channel)
        if isinstance(feed, SignalFeed):
            feed.say(body)

    def watchers(self, kind: str) -> list[str]:
        """The channels of a kind that somebody on this node watches."""
        return self._registry.watched(kind)

    def revoke(self, grants: Collection[str]) -> None:
        """End every connection, on every node, that stands on any of these grants."""
        self._rights.end(grants)
        self._bus.say(EVERYONE, Revoked(grants=list(grants)))

    def recheck(self, *, channel: str | None = None, member: str | None = None) -> None:
        """Who may watch has changed: ask again, on every node, and end what may not be watched any more."""
        self._rights.question(channel, member)
        self._bus.say(EVERYONE, Rechecked(channel=channel, member=member))

    # The way in: other nodes.

    def heard(self, node: str, message: Message) -> None:
        match message:
            case Logged():
                self._hear_event(message)
            case Nudged():
                self._learn(message.channel, message.epoch, message.seq)
            case Changed():
                self.tell_state_here(message.channel, message.change)
            case Bundle():
                self._hear_rows(message)
            case Heads():
                self._hear_heads(message.heads)
            case Signalled():
                self._hear_signal(message.topic, message.body)
            case Revoked() | Rechecked() | Crowded():
                self._hear_end(message)
            case Posted() | Taken():
                self.post.heard(node, message)

    def _hear_end(self, message: Revoked | Rechecked | Crowded) -> None:
        match message:
            case Revoked():
                self._rights.end(message.grants)
            case Rechecked():
                self._rights.question(message.channel, message.member)
            case Crowded():
                self._crowds.end(message.sids)

    def _learn(self, channel: str, epoch: int, seq: int) -> None:
        learn(self._registry.feeds.get(channel), epoch, seq)

    def resynced(self) -> None:
        self.metrics.resyncs.inc()
        self._rights.partings.forget()
        self.presence.enter_again()
        self._tasks.start(self._vigil.start_over(), "resync")

    def _hear_event(self, said: Logged) -> None:
        feed = self._registry.feeds.get(said.channel)
        if isinstance(feed, LogFeed):
            feed.heard(said)

    def _hear_heads(self, heads: Mapping[str, tuple[int, int]]) -> None:
        for channel, (epoch, seq) in heads.items():
            learn(self._registry.feeds.get(channel), epoch, seq)

    def _hear_rows(self, bundle: Bundle) -> None:
        room = self._registry.feeds.get(bundle.channel)
        if isinstance(room, Room):
            room.heard(bundle.rows)

    def _hear_signal(self, topic: str, body: bytes) -> None:
        if not self._signals.take(topic, body):
            self.deliver_signal(topic, body)

    def _factory(self) -> Factory:
        return Factory(
            host=self._host,
            read_presence=self.presence.read,
            tell_room=self._tell_room,
            now_ms=self._timepiece.now_ms,
            settings=self.settings,
            tasks=self._tasks,
            metrics=self.metrics,
        )

    def _tell_room(self, bundle: Bundle) -> None:
        self._bus.say(topic_of(bundle.channel), bundle)
