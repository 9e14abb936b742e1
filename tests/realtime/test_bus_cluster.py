"""Partitions move between the servers of a cluster, and servers die: the bus follows, and starts over."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from realtime.bus import EVERYONE, Logged, Revoked, topic_of
from realtime.bus_redis import RedisBus
from realtime.redis_cluster import ClusterLines
from tests.realtime.conftest import StartNode, eventually
from tests.realtime.memory_host import MemoryHost
from tests.realtime.test_bus import Ear
from tests.realtime.test_bus_redis import steady
from tests.support.redis_clusters import ClusterRedis
from tests.support.redis_servers import TcpRedis

Join = Callable[..., Awaitable[tuple[RedisBus, Ear]]]
CHANNEL = "chat:1"
TAG = topic_of(CHANNEL)[1:3]


@pytest.fixture
async def join(redis_cluster: ClusterRedis) -> AsyncIterator[Join]:
    buses: list[RedisBus] = []

    async def one_more(node: str, url: str = redis_cluster.url) -> tuple[RedisBus, Ear]:
        bus, ear = RedisBus(url), Ear()
        await bus.start(node, ear)
        buses.append(bus)
        await eventually(lambda: bus.healthy)
        bus.listen(topic_of(CHANNEL))
        assert await bus.listening(topic_of(CHANNEL))
        return bus, ear

    yield one_more
    for bus in buses:
        await bus.stop()


def other_than(cluster: ClusterRedis, owner: TcpRedis) -> TcpRedis:
    return next(server for server in cluster.servers[1:3] if server is not owner)


async def is_heard(speaker: RedisBus, ear: Ear) -> bool:
    """Whether something said on the channel now arrives within a second."""
    ear.messages.clear()
    news = Logged(channel=CHANNEL, epoch=1, seq=1, body=b"{}")
    speaker.say(topic_of(CHANNEL), news)
    try:
        await ear.until(lambda e: any(message == news for _, message in e.messages), timeout_s=1)
    except TimeoutError:
        return False
    return True


async def test_each_partition_passes_through_the_one_server_that_holds_it(
    redis_cluster: ClusterRedis, join: Join
):
    _, ear = await join("a")
    other, _ = await join("b")
    assert await is_heard(other, ear)
    owner = redis_cluster.owner(TAG)
    for server in redis_cluster.servers[:3]:
        names = server.ask("PUBSUB", "SHARDCHANNELS", f"*{CHANNEL}")
        assert names == ([f"pulse:{topic_of(CHANNEL)}"] if server is owner else [])
        assert server.ask("PUBSUB", "CHANNELS", "pulse:*") == [], "nothing is told to every server"


@pytest.mark.parametrize("minded", [True, False])
async def test_a_partition_that_moves_is_heard_at_its_new_server(
    redis_cluster: ClusterRedis, join: Join, monkeypatch: pytest.MonkeyPatch, minded: bool
):
    """The twin does not read the map of slots again, and hears nothing more."""
    speaker, _ = await join("a")
    _, ear = await join("b")
    resyncs = ear.resyncs
    if not minded:
        monkeypatch.setattr(ClusterLines, "_apply", _nothing)
    owner = redis_cluster.owner(TAG)

    redis_cluster.move(TAG, to=other_than(redis_cluster, owner))

    if minded:
        await eventually(lambda: ear.resyncs > resyncs, timeout_s=8)
        await eventually(lambda: speaker.healthy, timeout_s=8)
        assert await is_heard(speaker, ear)
    else:
        assert not await is_heard(speaker, ear)
    redis_cluster.move(TAG, to=owner)
    if minded:
        await _until_heard(speaker, ear)


async def test_a_primary_that_dies_and_comes_back_is_heard_again_and_the_others_all_the_time(
    redis_cluster: ClusterRedis, join: Join
):
    speaker, _ = await join("a")
    hearer, ear = await join("b")
    dying = redis_cluster.servers[2]
    topics = {redis_cluster.owner(topic_of(f"chat:{n}")[1:3]): topic_of(f"chat:{n}") for n in range(100)}
    for topic in topics.values():
        hearer.listen(topic)
        assert await hearer.listening(topic)

    dying.kill()
    await eventually(lambda: not hearer.healthy and not speaker.healthy)
    for owner, topic in topics.items():
        if owner is not dying:
            ear.messages.clear()
            speaker.say(topic, Revoked(grants=[topic]))
            await ear.until(lambda e: ("a", Revoked(grants=[topic])) in e.messages, timeout_s=1)  # noqa: B023
    dying.start()  # by this thread: a server dies with the thread that started it

    for bus in (speaker, hearer):
        await eventually(lambda: bus.healthy)  # noqa: B023
    speaker.say(topics[dying], Revoked(grants=["late"]))
    await ear.until(lambda e: ("a", Revoked(grants=["late"])) in e.messages)


async def test_a_primary_whose_replica_takes_over_loses_nothing_under_load(
    redis_cluster: ClusterRedis, start_node: StartNode, host: MemoryHost
):
    nodes = [await start_node(RedisBus(redis_cluster.url)) for _ in range(2)]
    for server in nodes:
        await eventually(lambda: server.node.healthy)  # noqa: B023
    primary = redis_cluster.guarded
    async with nodes[0].client("ann") as ann, nodes[1].client("bob") as bob:
        for live in (ann, bob):
            live.watch("chat:1")
            live.watch("board:1")
            await live.until(lambda: all(view.subscribed for view in live.views.values()))  # noqa: B023
        load = asyncio.create_task(steady(host, 300))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(primary.kill)
        await load
        for server in nodes:
            await eventually(lambda: server.node.healthy, timeout_s=15)  # noqa: B023
        for live in (ann, bob):
            chat, board = live.views["chat:1"], live.views["board:1"]
            await live.until(lambda: len(chat.events) == 300, timeout_s=5)  # noqa: B023
            await live.until(lambda: board.rows == host.states["board:1"], timeout_s=5)  # noqa: B023
            assert chat.events == list(range(300))
            assert not chat.resets


async def test_everyone_is_a_partition_too(redis_cluster: ClusterRedis, join: Join):
    speaker, _ = await join("a")
    _, ear = await join("b")
    tag = topic_of(EVERYONE)[1:3]
    assert redis_cluster.owner(tag).ask("PUBSUB", "SHARDCHANNELS", f"*{EVERYONE}") == [
        f"pulse:{topic_of(EVERYONE)}"
    ]
    speaker.say(EVERYONE, Revoked(grants=["x"]))
    await ear.until(lambda e: ("a", Revoked(grants=["x"])) in e.messages)


async def _nothing(self: object, trunks: object) -> None:
    """Instead of following the map."""


async def _until_heard(speaker: RedisBus, ear: Ear) -> None:
    async with asyncio.timeout(8):
        while not await is_heard(speaker, ear):
            pass  # it waits for a second each time
