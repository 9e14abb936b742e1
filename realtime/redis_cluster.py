"""A line to every server of a cluster that holds a partition of the bus, and the map that says which.

Sharded pub/sub: what is said in a partition passes through the one server that holds it, instead of through
all of them. Where that moves, the lines to the servers concerned are made anew and the node starts over.
Servers older than 7 do not know it; there one line to any of them says and hears everything.
"""

import asyncio
import logging
import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from redis.crc import key_slot

from realtime.bus import PARTITIONS
from realtime.redis_address import Server
from realtime.redis_line import Line
from realtime.redis_routes import EVERYWHERE, SHARDED, Opener, Verbs, tag_of
from realtime.redis_saying import WAITING, Saying
from realtime.redis_wire import Wire, reason
from realtime.tasks import Tasks

log = logging.getLogger(__name__)

_TAGS = [b"%02d" % partition for partition in range(PARTITIONS)]
_SLOTS = {tag: key_slot(tag) for tag in _TAGS}
_ASKED_AT_ONCE = 5
_ASK_S = 1.0
_AGAIN_S = 0.25
_LOOK_S = 10.0


class Trunk(NamedTuple):
    """A line that is needed: to this server, for these partitions, in these words."""

    server: Server
    tags: frozenset[bytes]
    verbs: Verbs


class Answer(NamedTuple):
    """What one server knows. The greatest is the best: of a working cluster, after the latest failover."""

    is_working: bool
    epoch: int
    asked: Server
    owners: dict[bytes, Server]
    is_sharded: bool

    def trunks(self) -> frozenset[Trunk]:
        if not self.is_sharded:
            return frozenset({Trunk(self.asked, frozenset(_TAGS), EVERYWHERE)})
        tags: dict[Server, set[bytes]] = defaultdict(set)
        for tag, server in self.owners.items():
            tags[server].add(tag)
        return frozenset(Trunk(server, frozenset(held), SHARDED) for server, held in tags.items())


class ClusterLines:
    """Says and hears each topic through the server that holds its partition."""

    def __init__(self, opener: Opener, line: Callable[[Trunk, Callable[[], None]], Line]) -> None:
        self._opener = opener
        self._make_line = line
        self._known: set[Server] = set(opener.address.servers)
        self._lines: dict[Trunk, Line] = {}
        self._gone: set[Line] = set()
        """No longer of use, and not ended yet."""
        self._by_tag: dict[bytes, Line] = {}
        self._topics: set[str] = set()
        self._unrouted: deque[Saying] = deque(maxlen=WAITING)
        self._doubt = asyncio.Event()
        self._tasks = Tasks()
        self._dropped = 0

    @property
    def healthy(self) -> bool:
        """Whether every partition is heard: one that is not may be the one that matters."""
        return len(self._by_tag) == PARTITIONS and all(line.healthy for line in self._lines.values())

    @property
    def heard_at(self) -> float:
        return min((line.heard_at for line in self._lines.values()), default=-float("inf"))

    @property
    def dropped(self) -> int:
        return self._dropped + sum(line.dropped for line in self._lines.values())

    def start(self) -> None:
        self._tasks.keep(self._follow, "bus map")

    async def stop(self) -> list[Saying]:
        await self._tasks.stop()
        await asyncio.gather(*(line.stop() for line in (*self._lines.values(), *self._gone)))
        return []

    def say(self, saying: Saying) -> None:
        line = self._by_tag.get(tag_of(saying.topic.encode()))
        if line is not None:
            line.say(saying)
        else:
            self._dropped += len(self._unrouted) == WAITING
            self._unrouted.append(saying)

    def listen(self, topics: Iterable[str]) -> None:
        for topic in topics:
            self._topics.add(topic)
            line = self._by_tag.get(tag_of(topic.encode()))
            if line is not None:
                line.listen([topic])

    def unlisten(self, topic: str) -> None:
        self._topics.discard(topic)
        line = self._by_tag.get(tag_of(topic.encode()))
        if line is not None:
            line.unlisten(topic)

    async def listening(self, topic: str) -> bool:
        line = self._by_tag.get(tag_of(topic.encode()))
        return line is not None and await line.listening(topic)

    async def _follow(self) -> None:
        """Look at the map when something is wrong, and now and then anyway."""
        while True:
            self._doubt.clear()
            if (answer := await self._ask_some()) is not None:
                self._known |= set(answer.owners.values())
                await self._apply(answer.trunks())
            wait_s = _AGAIN_S if answer is None or not answer.is_working else _LOOK_S
            try:
                async with asyncio.timeout(wait_s):
                    await self._doubt.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(_AGAIN_S)

    async def _apply(self, trunks: frozenset[Trunk]) -> None:
        gone = [self._lines.pop(trunk) for trunk in self._lines.keys() - trunks]
        self._gone.update(gone)
        new = {trunk: self._make_line(trunk, self._doubt.set) for trunk in trunks - self._lines.keys()}
        if not gone and not new:
            return
        log.info("the bus follows the cluster", extra={"lines": len(trunks), "new": len(new)})
        self._lines |= new
        self._by_tag = {tag: line for trunk, line in self._lines.items() for tag in trunk.tags}
        by_line: dict[Line, list[str]] = defaultdict(list)
        for topic in self._topics:
            if (line := self._by_tag.get(tag_of(topic.encode()))) is not None:
                by_line[line].append(topic)
        for line in new.values():
            line.listen(by_line[line])
            line.start()
        for line in gone:
            left = await line.stop()
            self._gone.discard(line)
            self._dropped += line.dropped
            self._say_again(left)
        self._say_again(self._unrouted)

    def _say_again(self, sayings: Iterable[Saying]) -> None:
        waiting = list(sayings)
        self._unrouted.clear()
        for saying in waiting:
            self.say(saying)

    async def _ask_some(self) -> Answer | None:
        """The best answer of a few servers: a server that was cut off believes that nothing has changed."""
        some = random.sample(sorted(self._known), min(_ASKED_AT_ONCE, len(self._known)))
        answers = [answer for answer in await asyncio.gather(*map(self._ask, some)) if answer is not None]
        return max(answers, key=lambda answer: (answer.is_working, answer.epoch, answer.asked), default=None)

    async def _ask(self, server: Server) -> Answer | None:
        wire: Wire | None = None
        try:
            async with asyncio.timeout(_ASK_S):
                wire = await self._opener.open(server)
                info = await wire.ask("CLUSTER", "INFO")
                slots = await wire.ask("CLUSTER", "SLOTS")
                known = await wire.ask("COMMAND", "INFO", "SSUBSCRIBE")
        except OSError as error:
            log.warning(
                "a server of the cluster is away", extra={"server": str(server), "error": reason(error)}
            )
            return None
        finally:
            if wire is not None:
                wire.close()
        facts = dict(line.split(b":", 1) for line in info.split() if b":" in line)
        return Answer(
            is_working=facts[b"cluster_state"] == b"ok",
            epoch=int(facts[b"cluster_current_epoch"]),
            asked=server,
            owners=_owners(slots, asked=server),
            is_sharded=known[0] is not None,
        )


def _owners(slots: list[Any], *, asked: Server) -> dict[bytes, Server]:
    """Who holds each partition, by the answer to CLUSTER SLOTS. A server without a name is the one asked."""
    owners = {}
    for first, last, (host, port, *_), *_ in slots:
        name = (host or b"").decode()
        server = Server(asked.host if name in ("", "?") else name, port)
        for tag, slot in _SLOTS.items():
            if first <= slot <= last:
                owners[tag] = server
    return owners


def first_tag(trunk: Trunk) -> str:
    """A partition that the server of `trunk` holds, always the same for the same trunk."""
    return min(trunk.tags).decode()
