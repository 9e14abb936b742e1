"""How often somebody may try to sign in: exact over all nodes by Redis, and in memory while Redis is away."""

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from domain.errors import TooMany

log = structlog.get_logger()

_PATIENCE_S = 0.5
SIGN_IN_A_NAME = parse("10 per 5 minutes")
SIGN_IN_AN_ADDRESS = parse("60 per 5 minutes")
LOOK_AROUND_FROM_AN_ADDRESS = parse("300 per 5 minutes")
REGISTER_AN_ADDRESS = parse("20 per hour")


class RateLimits:
    """Counts attempts. Never open: without Redis each node counts for itself."""

    def __init__(self, redis_url: str | None) -> None:
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._pool = _pool(redis_url) if redis_url else None
        self._shared = MovingWindowRateLimiter(_redis(redis_url, self._pool)) if redis_url else None

    async def count(self, limit: RateLimitItem, *about: str) -> None:
        """Count one attempt. Raises TooMany with the mean time between two that are allowed."""
        allowed = None
        if self._shared is not None:
            try:
                allowed = await self._shared.hit(limit, *about)
            except Exception:
                # Any failure of the shared count falls back to our own: the limit must not open.
                log.warning("rate limits are counted in memory: Redis is away")
        if allowed is None:
            allowed = await self._own.hit(limit, *about)
        if not allowed:
            raise TooMany(
                "Too many attempts: wait a little.", retry_after_s=limit.get_expiry() / limit.amount
            )

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()


def _pool(url: str) -> BlockingConnectionPool:
    # redis-py's own pool fails beyond its size instead of waiting, and tries again for seconds.
    return BlockingConnectionPool.from_url(
        url,
        max_connections=16,
        timeout=_PATIENCE_S,
        socket_timeout=_PATIENCE_S,
        socket_connect_timeout=_PATIENCE_S,
        retry=Retry(NoBackoff(), 0),
    )


def _redis(url: str, pool: BlockingConnectionPool | None) -> Storage:
    return RedisStorage(
        "async+" + url.replace("unix://", "redis+unix://", 1),
        implementation="redispy",
        key_prefix="pulse:limit",
        connection_pool=pool,  # type: ignore[arg-type]  # as its documentation says
    )
