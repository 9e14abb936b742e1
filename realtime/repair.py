"""What makes the bus reliable: a digest of heads against lost ends, and a resync after deafness.

Holes inside a log are noticed by the log itself, by `seq` (`realtime.tails`).
"""

import asyncio
import logging
import time

from realtime.bus import EVERYONE, Bus, Heads
from realtime.channels import PRESENCE
from realtime.fanout import Feed
from realtime.host import Host
from realtime.logs import LogFeed
from realtime.registry import Registry
from realtime.settings import Settings
from realtime.states import StateFeed

log = logging.getLogger(__name__)

_LATELY_S = 5.0
_MOST = 10_000


class Digest:
    """Which channels this node has moved lately, told once a second until everybody must have heard it."""

    def __init__(self, bus: Bus, settings: Settings) -> None:
        self._bus = bus
        self._settings = settings
        self._moved: dict[str, tuple[int, int, float]] = {}

    def moved(self, channel: str, epoch: int, seq: int) -> None:
        known = self._moved.pop(channel, None)
        if known is not None and known[0] == epoch:
            seq = max(seq, known[1])
        self._moved[channel] = (epoch, seq, time.monotonic())
        if len(self._moved) > _MOST:
            del self._moved[next(iter(self._moved))]

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self._settings.digest_s)
            self.tell()

    def tell(self) -> None:
        if not self._moved:
            return
        self._bus.say(
            EVERYONE, Heads(heads={name: (epoch, seq) for name, (epoch, seq, _) in self._moved.items()})
        )
        if self._bus.healthy:
            # What moved while the bus was away stays until it has been told over a bus that works.
            before = time.monotonic() - _LATELY_S
            self._moved = {name: moved for name, moved in self._moved.items() if moved[2] >= before}


def learn(feed: Feed | None, epoch: int, seq: int) -> None:
    """Tell a feed where its channel is, according to somebody."""
    match feed:
        case LogFeed():
            feed.tail.learned(epoch, seq)
        case StateFeed():
            feed.heard(epoch, seq)


async def resync(registry: Registry, host: Host) -> None:
    """Ask the host where every local channel is; each feed that is behind repairs itself."""
    names = []
    for name, feed in registry.feeds.items():
        if isinstance(feed, StateFeed) and feed.kind.name == PRESENCE.name:
            feed.doubt()
        elif isinstance(feed, LogFeed | StateFeed):
            names.append(name)
    if not names:
        return
    for name, (epoch, seq) in (await host.read_heads(names)).items():
        learn(registry.feeds.get(name), epoch, seq)
