"""Real Redises: one a session, emptied for each test; one of the test alone, to break; and larger ones."""

from collections.abc import Iterator

import pytest
import redis

from hub.embedded import RedisServer, programs
from tests.support.places import temporary_data, temporary_place
from tests.support.redis_clusters import ClusterRedis, cluster_redis
from tests.support.redis_sentinels import WatchedRedis, watched_redis
from tests.support.redis_servers import TcpRedis


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


@pytest.fixture(scope="session")
def _session_redis_7() -> Iterator[TcpRedis]:
    with temporary_data() as folder:
        server = TcpRedis(folder / "redis")
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture
def redis_7(_session_redis_7: TcpRedis) -> TcpRedis:
    """The system's Redis, empty."""
    _session_redis_7.ask("FLUSHALL")
    return _session_redis_7


@pytest.fixture(scope="session")
def _session_watched_redis() -> Iterator[WatchedRedis]:
    with watched_redis() as servers:
        yield servers


@pytest.fixture
def redis_watched(_session_watched_redis: WatchedRedis) -> WatchedRedis:
    """A master with a replica behind sentinels, all well and empty."""
    _session_watched_redis.settle()
    _session_watched_redis.master.ask("FLUSHALL")
    return _session_watched_redis


@pytest.fixture(scope="session")
def _session_cluster_redis() -> Iterator[ClusterRedis]:
    with cluster_redis(replicas=1) as cluster:
        yield cluster


@pytest.fixture
def redis_cluster(_session_cluster_redis: ClusterRedis) -> ClusterRedis:
    """Three primaries and a replica of the first, all well and empty."""
    _session_cluster_redis.settle()
    _session_cluster_redis.flush()
    return _session_cluster_redis


@pytest.fixture(scope="session")
def _session_old_cluster() -> Iterator[ClusterRedis]:
    with cluster_redis(program=programs.installed().redis_server) as cluster:
        yield cluster


@pytest.fixture
def redis_old_cluster(_session_old_cluster: ClusterRedis) -> ClusterRedis:
    """A cluster from before sharded pub/sub, empty."""
    _session_old_cluster.flush()
    return _session_old_cluster
