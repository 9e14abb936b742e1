"""How often somebody may try to sign in: exact over all nodes by Redis, and in memory while Redis is away."""

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from domain.errors import TooMany
from realtime.redis_client import Client, client

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
        self._client = client(redis_url, connections=16, timeout_s=_PATIENCE_S) if redis_url else None
        self._shared = MovingWindowRateLimiter(_Storage(self._client)) if self._client else None

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
        if self._client is not None:
            await self._client.aclose()


class _Storage(RedisStorage):
    """Counts where `client` goes, whatever that is: each count is one key, so a cluster will do."""

    def __init__(self, client: Client) -> None:
        self._client = client
        super().__init__("async+redis://", implementation="redispy", key_prefix="pulse:limit")

    def configure_bridge(self) -> None:
        self.bridge.storage = self._client  # type: ignore[attr-defined]
        self.bridge.connection_getter = lambda _readonly: self._client  # type: ignore[attr-defined]
