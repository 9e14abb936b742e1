"""The embedded Redis can be stopped, killed, frozen and had back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from hub.embedded import RedisServer
from tests.support.places import temporary_place


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_server.url, socket_timeout=0.2, retry=None) as client:
        yield client


def test_it_answers_once_it_is_started(client: redis.Redis) -> None:
    assert client.ping()


def test_it_is_back_and_empty_after_a_restart(redis_server: RedisServer, client: redis.Redis) -> None:
    client.set("key", "value")

    redis_server.restart()

    client.connection_pool.reset()
    assert client.get("key") is None


def test_a_frozen_one_takes_commands_and_answers_none_until_it_thaws(
    redis_server: RedisServer, client: redis.Redis
) -> None:
    redis_server.freeze()
    with pytest.raises(redis.TimeoutError):
        client.ping()

    redis_server.thaw()

    client.connection_pool.reset()
    assert client.ping()


def test_a_killed_one_can_be_started_again(redis_server: RedisServer, client: redis.Redis) -> None:
    redis_server.kill()
    with pytest.raises(redis.ConnectionError):
        client.ping()

    redis_server.start()

    assert client.ping()


def test_it_has_no_network_port(client: redis.Redis) -> None:
    assert client.config_get("port") == {"port": "0"}


def test_its_socket_belongs_to_its_owner_alone() -> None:
    with temporary_place() as place:
        server = RedisServer(place)
        server.start()
        socket = Path(server.url.removeprefix("unix://"))

        assert socket.stat().st_mode & 0o077 == 0
        server.stop()
