"""One real Redis a session, emptied for each test; or one of the test's own, to break."""

from collections.abc import Iterator

import pytest
import redis

from hub.embedded import RedisServer
from tests.support.places import temporary_place


@pytest.fixture(scope="session")
def _session_redis() -> Iterator[RedisServer]:
    with temporary_place() as place:
        server = RedisServer(place)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def redis_url(_session_redis: RedisServer) -> str:
    """The URL of an empty Redis. It is shared, but tests run one after the other."""
    with redis.Redis.from_url(_session_redis.url) as client:
        client.flushall()
    return _session_redis.url


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis of this test alone, started; to `stop`, `start`, `restart`, `kill`, `freeze` and `thaw`."""
    with temporary_place() as place:
        server = RedisServer(place)
        server.start()
        try:
            yield server
        finally:
            server.stop()
