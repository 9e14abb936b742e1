"""The bus over Redis: pub/sub for what is said, a ledger for who is present. Redis may go and come as it
likes."""

import asyncio
import logging
import time

import msgspec
from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from realtime.bus import EVERYONE, Beat, Bundle, Hearer, Message, Signalled, opened, sealed
from realtime.redis_hearing import Ears
from realtime.redis_ledger import RedisLedger
from realtime.redis_saying import Mouth, Saying
from realtime.tasks import Tasks

log = logging.getLogger(__name__)

_BEAT_S = 1.0
_USEFUL_S = 10.0
_TICK_USEFUL_S = 1.0
_TIMEOUT_S = 2.0


class RedisBus:
    """`url` as redis-py takes it: `redis://`, `rediss://` or `unix://`. `prefix` keeps hubs on one Redis
    apart."""

    def __init__(self, url: str, *, prefix: str = "pulse") -> None:
        options = {
            # Failures are answered by this bus, at once; redis-py's own retries would only hide them.
            "retry": Retry(NoBackoff(), 0),
            "socket_timeout": _TIMEOUT_S,
            "socket_connect_timeout": _TIMEOUT_S,
            "protocol": 2,
        }
        self._prefix = prefix
        self._connections = ConnectionPool.from_url(url, **options)
        self._pool = BlockingConnectionPool.from_url(url, max_connections=8, timeout=_TIMEOUT_S, **options)
        self._client: Redis = Redis.from_pool(self._pool)
        self._ledger = RedisLedger(self._client, prefix)
        self._mouth = Mouth(self._connections)
        self._ears = Ears(self._connections, self._hear, self._resynced)
        self._tasks = Tasks()
        self._node = ""
        self._hearer: Hearer | None = None

    @property
    def healthy(self) -> bool:
        return self._ears.healthy

    @property
    def heard_s_ago(self) -> float:
        return time.monotonic() - self._ears.heard_at

    @property
    def dropped(self) -> int:
        return self._mouth.dropped

    @property
    def ledger(self) -> RedisLedger:
        return self._ledger

    async def start(self, node: str, hearer: Hearer) -> None:
        self._node = node
        self._hearer = hearer
        self._ears.listen([self._named(EVERYONE), self._named(self._own)])
        self._tasks.keep(self._ears.run, "bus ears")
        self._tasks.keep(self._mouth.run, "bus mouth")
        self._tasks.keep(self._beat, "bus beat")

    async def stop(self) -> None:
        if self.healthy:
            await self._mouth.flush(_TIMEOUT_S)
        await self._tasks.stop()
        await self._mouth.close()
        await self._client.aclose()
        await self._pool.disconnect()
        self._hearer = None

    def say(self, topic: str, message: Message) -> None:
        is_tick = isinstance(message, Bundle | Beat)
        self._mouth.say(
            Saying(
                topic=self._named(topic),
                data=sealed(self._node, message),
                until=time.monotonic() + (_TICK_USEFUL_S if is_tick else _USEFUL_S),
                is_repeatable=not is_tick and not isinstance(message, Signalled),
            )
        )

    def listen(self, topic: str) -> None:
        self._ears.listen([self._named(topic)])

    def unlisten(self, topic: str) -> None:
        self._ears.unlisten(self._named(topic))

    async def listening(self, topic: str) -> bool:
        return await self._ears.confirmed(self._named(topic))

    @property
    def _own(self) -> str:
        return f"node:{self._node}"

    def _named(self, topic: str) -> str:
        return f"{self._prefix}:{topic}"

    async def _beat(self) -> None:
        while True:
            self.say(self._own, Beat())
            await asyncio.sleep(_BEAT_S)

    def _hear(self, topic: str, data: bytes) -> None:
        try:
            node, message = opened(data)
        except msgspec.DecodeError:
            log.warning("something else is said on our bus", extra={"topic": topic})
            return
        if node == self._node:
            if isinstance(message, Beat):
                self._ears.heard_at = time.monotonic()
        elif self._hearer is not None:
            self._hearer.heard(node, message)

    def _resynced(self) -> None:
        if self._hearer is not None:
            self._hearer.resynced()
