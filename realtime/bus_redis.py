"""The bus over Redis: pub/sub for what is said, a ledger for who is present. Redis may go and come as it
likes."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from realtime.bus import EVERYONE, Beat, Bundle, Hearer, Message, Signalled, opened, sealed, topic_of
from realtime.redis_address import Address, Kind, parse
from realtime.redis_client import client
from realtime.redis_cluster import ClusterLines, Trunk, first_tag
from realtime.redis_ledger import RedisLedger
from realtime.redis_line import Line
from realtime.redis_routes import PLAIN, TIMEOUT_S, DirectRoute, Opener, Route, SentinelRoute, Verbs
from realtime.redis_saying import Saying

log = logging.getLogger(__name__)

_USEFUL_S = 10.0
_TICK_USEFUL_S = 1.0


class _Lines(Protocol):
    """One line to one server, or the lines to the servers of a cluster."""

    @property
    def healthy(self) -> bool: ...
    @property
    def heard_at(self) -> float: ...
    @property
    def dropped(self) -> int: ...
    def start(self) -> None: ...
    async def stop(self) -> list[Saying]: ...
    def say(self, saying: Saying) -> None: ...
    def listen(self, topics: Iterable[str]) -> None: ...
    def unlisten(self, topic: str) -> None: ...
    async def listening(self, topic: str) -> bool: ...


class RedisBus:
    """On what `address` names. `prefix` keeps hubs on one Redis apart."""

    def __init__(self, address: Address | str, *, prefix: str = "pulse") -> None:
        self._address = parse(address) if isinstance(address, str) else address
        self._prefix = prefix
        self._client = client(self._address, timeout_s=TIMEOUT_S)
        self._ledger = RedisLedger(self._client, prefix)
        self._lines: _Lines | None = None
        self._node = ""
        self._hearer: Hearer | None = None

    @property
    def healthy(self) -> bool:
        return self._lines is not None and self._lines.healthy

    @property
    def heard_s_ago(self) -> float:
        return time.monotonic() - (self._lines.heard_at if self._lines else -float("inf"))

    @property
    def dropped(self) -> int:
        return self._lines.dropped if self._lines else 0

    @property
    def ledger(self) -> RedisLedger:
        return self._ledger

    async def start(self, node: str, hearer: Hearer) -> None:
        self._node = node
        self._hearer = hearer
        self._lines = self._connected()
        self._lines.listen([self._named(EVERYONE)])
        self._lines.start()

    async def stop(self) -> None:
        if self._lines is not None:
            await self._lines.stop()
        await self._client.aclose()
        self._hearer = None

    def say(self, topic: str, message: Message) -> None:
        assert self._lines is not None, "a bus speaks once it is started"
        is_tick = isinstance(message, Bundle)
        self._lines.say(
            Saying(
                topic=self._named(topic),
                data=sealed(self._node, message),
                until=time.monotonic() + (_TICK_USEFUL_S if is_tick else _USEFUL_S),
                is_repeatable=not is_tick and not isinstance(message, Signalled),
            )
        )

    def listen(self, topic: str) -> None:
        assert self._lines is not None, "a bus hears once it is started"
        self._lines.listen([self._named(topic)])

    def unlisten(self, topic: str) -> None:
        assert self._lines is not None, "a bus hears once it is started"
        self._lines.unlisten(self._named(topic))

    async def listening(self, topic: str) -> bool:
        return self._lines is not None and await self._lines.listening(self._named(topic))

    def _named(self, topic: str) -> str:
        """Every topic has a partition, those of no channel too."""
        return f"{self._prefix}:{topic if topic.startswith('{') else topic_of(topic)}"

    def _connected(self) -> _Lines:
        opener = Opener(self._address)
        match self._address.kind:
            case Kind.SINGLE:
                return self._line(DirectRoute(opener, self._address.servers[0]), PLAIN, tag="00")
            case Kind.SENTINEL:
                return self._line(SentinelRoute(opener), PLAIN, tag="00")
            case Kind.CLUSTER:
                return ClusterLines(opener, lambda trunk, lost: self._trunk_line(opener, trunk, lost))

    def _trunk_line(self, opener: Opener, trunk: Trunk, lost: Callable[[], None]) -> Line:
        return self._line(DirectRoute(opener, trunk.server), trunk.verbs, tag=first_tag(trunk), lost=lost)

    def _line(self, route: Route, verbs: Verbs, *, tag: str, lost: Callable[[], None] = lambda: None) -> Line:
        return Line(
            route,
            verbs,
            own=f"{self._prefix}:{{{tag}}}:node:{self._node}",
            beat=sealed(self._node, Beat()),
            hear=self._hear,
            resynced=self._resynced,
            lost=lost,
        )

    def _hear(self, name: bytes, data: bytes) -> None:
        try:
            node, message = opened(data)
        except msgspec.DecodeError:
            log.warning("something else is said on our bus", extra={"topic": name.decode(errors="replace")})
            return
        if node != self._node and self._hearer is not None:
            self._hearer.heard(node, message)

    def _resynced(self) -> None:
        if self._hearer is not None:
            self._hearer.resynced()
