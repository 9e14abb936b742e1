"""A bus stops soon, at whatever moment and whatever its servers do, and leaves nothing behind."""

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable
from typing import NoReturn

import pytest
import redis.asyncio

from realtime.bus import Logged, topic_of
from realtime.bus_redis import RedisBus
from realtime.redis_client import client
from realtime.redis_cluster import ClusterLines
from realtime.redis_routes import TIMEOUT_S
from realtime.tasks import Tasks
from tests.realtime.conftest import eventually
from tests.realtime.test_bus import NOON, Ear
from tests.support.redis_clusters import ClusterRedis

SOON_S = TIMEOUT_S + 1.5
"""What waits to be said is waited for; the rest is a moment, on a busy machine too."""


async def endless(ask: Callable[[], Awaitable[object]]) -> NoReturn:
    while True:
        await ask()


async def cancelled_once(url: str, *, ours: bool, turns: int) -> bool:
    """Whether a task that asks and asks ends, when it is cancelled after so many turns of the loop."""
    one = client(url) if ours else redis.asyncio.Redis.from_url(url, socket_timeout=2)
    try:
        await one.ping()
        task = asyncio.create_task(endless(one.ping))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=0.3)
        if not done:
            task.cancel()
            while not task.done():
                await asyncio.wait([task], timeout=0.01)
                task.cancel()
        return bool(done)
    finally:
        await one.aclose()


async def test_one_cancellation_is_enough_at_any_moment_of_a_command(redis_url: str):
    for turns in range(25):
        assert await cancelled_once(redis_url, ours=True, turns=turns)


async def test_after_a_cancellation_no_answer_is_taken_for_another(redis_url: str):
    one = client(redis_url, connections=1)
    for turns in range(25):
        task = asyncio.ensure_future(one.echo("first"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert await one.echo("second") == b"second"
    await one.aclose()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="asyncio.wait_for keeps cancellations from 3.12 on")
async def test_twin_the_connections_of_the_library_lose_one(redis_url: str):
    for turns in range(25):
        if not await cancelled_once(redis_url, ours=False, turns=turns):
            return
    pytest.fail("the library keeps every cancellation: ours may be left out")


async def seconds_to_stop(url: str, node: str) -> float:
    """How long a bus takes to stop that speaks, hears and asks its ledger, after a random time."""
    bus, tasks = RedisBus(url), Tasks()
    await bus.start(node, Ear())

    async def present() -> None:
        try:
            await bus.ledger.enter(node, {"chat:1": [node]}, at_ms=NOON)
        except OSError:
            await asyncio.sleep(0.02)

    async def speak() -> None:
        bus.say(topic_of("chat:1"), Logged(channel="chat:1", epoch=1, seq=1, body=b"{}"))
        await asyncio.sleep(0.01)

    tasks.keep(lambda: endless(present), "present")
    tasks.keep(lambda: endless(speak), "speak")
    await asyncio.sleep(random.uniform(0, 3))
    began = time.monotonic()
    await tasks.stop()
    await bus.stop()
    return time.monotonic() - began


@pytest.mark.parametrize("fault", ["killed", "frozen"])
async def test_a_bus_stops_soon_at_any_moment_of_a_failover_and_leaves_no_work(
    redis_cluster: ClusterRedis, fault: str
):
    others = asyncio.all_tasks()
    primary = redis_cluster.owner("presence")
    buses = [asyncio.create_task(seconds_to_stop(redis_cluster.url, f"n{n}")) for n in range(8)]
    await asyncio.sleep(0.5)
    await asyncio.to_thread(primary.kill if fault == "killed" else primary.freeze)
    assert max(await asyncio.gather(*buses)) < SOON_S
    await eventually(lambda: asyncio.all_tasks() == others)


async def test_a_line_that_is_being_ended_ends_with_its_bus(redis_cluster: ClusterRedis):
    """It waits for a server that is frozen, and is no longer one of those in use."""
    others = asyncio.all_tasks()
    bus = RedisBus(redis_cluster.url)
    await bus.start("n1", Ear())
    await eventually(lambda: bus.healthy)
    lines = bus._lines
    assert isinstance(lines, ClusterLines)
    heir, old = redis_cluster.servers[1:3]
    topics = [topic_of(f"chat:{n}") for n in range(100)]
    topic, kept = [one for one in topics if redis_cluster.owner(one[1:3]) is old][:2]
    redis_cluster.move(topic[1:3], to=heir)
    old.freeze()
    bus.say(kept, Logged(channel="chat:1", epoch=1, seq=1, body=b"{}"))
    lines._doubt.set()
    await eventually(lambda: lines._gone)

    await bus.stop()

    await eventually(lambda: asyncio.all_tasks() == others)
    old.thaw()
    redis_cluster.settle()
    redis_cluster.move(topic[1:3], to=old)
