"""One populated hub for all of a module's tests: making people costs time."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio
import redis

from hub.embedded import RedisServer
from tests.hub.world import World, populated
from tests.support.databases import DatabaseServer


@pytest.fixture(scope="module")
def module_database_url(
    database_server: DatabaseServer, database_template: str, _database_names: Callable[[], str]
) -> Iterator[str]:
    name = _database_names()
    database_server.create(name, template=database_template)
    try:
        yield database_server.url(name)
    finally:
        database_server.drop(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(module_database_url: str, _session_redis: RedisServer) -> AsyncIterator[World]:
    with redis.Redis.from_url(_session_redis.url) as client:
        client.flushall()
    async with populated(module_database_url, _session_redis.url) as world:
        yield world
