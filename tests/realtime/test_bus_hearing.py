"""What a bus is subscribed to: who leaves often comes back at once, and who does not is forgotten soon."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from realtime.bus import Revoked, topic_of
from realtime.bus_redis import RedisBus
from realtime.redis_hearing import _UNSUBSCRIBE_S
from tests.realtime.conftest import eventually
from tests.realtime.test_bus import Ear
from tests.support.redis_servers import TcpRedis

TOPIC = topic_of("chat:1")


@pytest.fixture
async def heard(redis_7: TcpRedis) -> AsyncIterator[tuple[RedisBus, Ear]]:
    """A bus that listens to the topic."""
    bus, ear = RedisBus(redis_7.url), Ear()
    await bus.start("a", ear)
    await eventually(lambda: bus.healthy)
    bus.listen(TOPIC)
    assert await bus.listening(TOPIC)
    redis_7.ask("CONFIG", "RESETSTAT")
    yield bus, ear
    await bus.stop()


def subscribers(server: TcpRedis) -> int:
    return int(server.ask("PUBSUB", "NUMSUB", f"pulse:{TOPIC}")[1])


def unsubscribed(server: TcpRedis) -> bool:
    """Whether anybody has unsubscribed from anything."""
    return "cmdstat_unsubscribe" in server.ask("INFO", "commandstats")


async def test_an_unsubscribe_is_delayed_and_then_done(heard: tuple[RedisBus, Ear], redis_7: TcpRedis):
    bus, _ = heard
    bus.unlisten(TOPIC)
    await asyncio.sleep(_UNSUBSCRIBE_S / 2)
    assert subscribers(redis_7) == 1, "whoever comes back now need not be waited for"
    await eventually(lambda: subscribers(redis_7) == 0, timeout_s=_UNSUBSCRIBE_S * 3)
    assert bus.healthy, "it has parted by its own wish"


async def test_what_is_wanted_again_before_the_delay_is_over_is_not_unsubscribed(
    heard: tuple[RedisBus, Ear], redis_7: TcpRedis
):
    bus, ear = heard
    resyncs = ear.resyncs
    for _ in range(5):
        bus.unlisten(TOPIC)
        await asyncio.sleep(_UNSUBSCRIBE_S / 2)
        bus.listen(TOPIC)
        assert await asyncio.wait_for(bus.listening(TOPIC), 0.1), "it was never gone"
    await asyncio.sleep(_UNSUBSCRIBE_S * 2)

    assert not unsubscribed(redis_7)
    speaker = RedisBus(redis_7.url)
    await speaker.start("b", Ear())
    await eventually(lambda: speaker.healthy)
    speaker.say(TOPIC, Revoked(grants=["x"]))
    await ear.until(lambda e: e.messages == [("b", Revoked(grants=["x"]))])
    assert ear.resyncs == resyncs
    await speaker.stop()


async def test_what_is_wanted_again_after_it_was_unsubscribed_is_subscribed_anew(
    heard: tuple[RedisBus, Ear], redis_7: TcpRedis
):
    bus, _ = heard
    bus.unlisten(TOPIC)
    await eventually(lambda: unsubscribed(redis_7), timeout_s=_UNSUBSCRIBE_S * 3)
    bus.listen(TOPIC)
    assert await bus.listening(TOPIC)
    assert subscribers(redis_7) == 1
