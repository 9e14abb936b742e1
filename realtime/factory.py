"""Makes the feed that a channel's class asks for."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from realtime.bus import Bundle
from realtime.channels import PRESENCE, ChannelClass, Kind
from realtime.fanout import Feed, SignalFeed
from realtime.host import Host, State
from realtime.logs import LogFeed
from realtime.metrics import Metrics
from realtime.rooms import Room
from realtime.settings import Settings
from realtime.states import StateFeed
from realtime.tasks import Tasks


class Factory(Struct, frozen=True, kw_only=True):
    """What feeds are made of."""

    host: Host
    read_presence: Callable[[str], Awaitable[State]]
    tell_room: Callable[[Bundle], None]
    now_ms: Callable[[], float]
    settings: Settings
    tasks: Tasks
    metrics: Metrics

    def __call__(self, name: str, kind: Kind, cid: int) -> Feed:
        settings, tasks, metrics = self.settings, self.tasks, self.metrics
        match kind.delivers:
            case ChannelClass.LOG:
                return LogFeed(
                    name,
                    kind,
                    cid,
                    host=self.host,
                    settings=settings,
                    tasks=tasks,
                    metrics=metrics,
                    now_ms=self.now_ms,
                )
            case ChannelClass.STATE:
                read = self.read_presence if kind.name == PRESENCE.name else self.host.read_state
                return StateFeed(name, kind, cid, read=read, settings=settings, tasks=tasks, metrics=metrics)
            case ChannelClass.TICK:
                return Room(
                    name, kind, cid, settings=settings, metrics=metrics,
                    tell_nodes=self.tell_room, now_ms=self.now_ms,
                )  # fmt: skip
            case ChannelClass.SIGNAL:
                return SignalFeed(name, kind, cid, metrics)
