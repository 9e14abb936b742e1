"""Attempts to sign in are counted exactly over all nodes, and still counted while Redis is away."""

import asyncio
import time

import pytest
from limits import parse

from domain.errors import TooMany
from hub.embedded import RedisServer
from hub.rate_limits import RateLimits
from tests.support.redis_clusters import ClusterRedis
from tests.support.redis_sentinels import WatchedRedis

FIVE = parse("5 per minute")


async def allowed(limits: RateLimits, attempts: int, about: str = "ana") -> int:
    async def attempt() -> bool:
        try:
            await limits.count(FIVE, "test", about)
        except TooMany:
            return False
        return True

    return sum(await asyncio.gather(*(attempt() for _ in range(attempts))))


async def test_many_nodes_count_together(redis_url: str) -> None:
    nodes = [RateLimits(redis_url) for _ in range(4)]
    assert sum(await asyncio.gather(*(allowed(node, 50) for node in nodes))) == 5
    assert await allowed(nodes[0], 3, about="bob") == 3
    for node in nodes:
        await node.close()


async def test_many_nodes_count_together_behind_sentinels(redis_watched: WatchedRedis) -> None:
    await test_many_nodes_count_together(redis_watched.url)


async def test_many_nodes_count_together_on_a_cluster(redis_cluster: ClusterRedis) -> None:
    await test_many_nodes_count_together(redis_cluster.url)


async def test_without_redis_each_node_counts_for_itself() -> None:
    node = RateLimits(None)
    assert await allowed(node, 20) == 5
    await node.close()


async def test_a_redis_that_is_away_does_not_open_the_limit(redis_server: RedisServer) -> None:
    node = RateLimits(redis_server.url)
    assert await allowed(node, 3) == 3
    redis_server.stop()
    assert await allowed(node, 20) == 5
    assert await allowed(node, 20) == 0
    redis_server.start()
    assert await allowed(node, 20, about="carl") == 5
    await node.close()


async def test_a_frozen_redis_neither_opens_the_limit_nor_holds_anybody_up(redis_server: RedisServer) -> None:
    node = RateLimits(redis_server.url)
    assert await allowed(node, 1) == 1
    redis_server.freeze()
    try:
        began = time.monotonic()
        assert await allowed(node, 12) == 5
        assert time.monotonic() - began < 3
    finally:
        redis_server.thaw()
    await node.close()


async def test_a_refusal_says_when_to_come_again(redis_url: str) -> None:
    node = RateLimits(redis_url)
    await allowed(node, 5)
    with pytest.raises(TooMany) as refusal:
        await node.count(FIVE, "test", "ana")
    assert refusal.value.retry_after_s == 12
    await node.close()
