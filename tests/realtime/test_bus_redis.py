"""Redis comes and goes: two nodes stay one hub, one node stays live, and readiness tells the truth."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import redis as sync_redis

from hub.embedded import RedisServer
from realtime.bus_redis import RedisBus
from tests.realtime.conftest import Server, StartNode, eventually
from tests.realtime.memory_host import MemoryHost

Pair = Callable[[], Awaitable[tuple[Server, Server]]]


@pytest.fixture
def pair(start_node: StartNode, redis_server: RedisServer) -> Pair:
    """Two nodes over a Redis of this test's own."""

    async def start() -> tuple[Server, Server]:
        servers = (await start_node(RedisBus(redis_server.url)), await start_node(RedisBus(redis_server.url)))
        for server in servers:
            await eventually(lambda: server.node.healthy)  # noqa: B023
        return servers

    return start


async def test_two_nodes_are_one_hub(pair: Pair, host: MemoryHost):
    here, there = await pair()
    async with here.client("ann") as ann, there.client("bob") as bob:
        chats = [live.watch("chat:1") for live in (ann, bob)]
        boards = [live.watch("board:1") for live in (ann, bob)]
        room = bob.watch("room:1")
        news = bob.watch("news:1")
        for live in (ann, bob):
            await live.until(lambda: all(view.subscribed for view in live.views.values()))  # noqa: B023
        for n in range(50):
            host.say("chat:1", n, through=n % 2)
            host.set_rows("board:1", {"ann": n}, through=n % 2)
        ann.ingest("1/3", [[250, 180]])
        here.node.signal("news:1", b'"new"')
        for live, chat, board in zip((ann, bob), chats, boards, strict=True):
            await live.until(lambda: len(chat.events) == 50)  # noqa: B023
            await live.until(lambda: board.rows == {"ann": 49})  # noqa: B023
        await bob.until(lambda: room.tick_rows == {3: [3, 250, 180]})
        await bob.until(lambda: news.signals == ["new"])
    assert chats[0].events == chats[1].events == list(range(50))
    assert not any(chat.resets for chat in chats)


async def steady(host: MemoryHost, count: int, every_s: float = 0.01) -> None:
    """Load: events and rows through both nodes in turn."""
    start = len(host.logs.get("chat:1", []))
    for n in range(start, start + count):
        host.say("chat:1", n, through=n % 2)
        host.set_rows("board:1", {f"m{n % 5}": n}, through=n % 2)
        await asyncio.sleep(every_s)


@pytest.mark.parametrize("fault", ["restart", "freeze", "kill"])
async def test_redis_failing_under_load_loses_nothing(
    pair: Pair, host: MemoryHost, redis_server: RedisServer, fault: str
):
    here, there = await pair()
    async with here.client("ann") as ann, there.client("bob") as bob:
        for live in (ann, bob):
            live.watch("chat:1")
            live.watch("board:1")
            await live.until(lambda: all(view.subscribed for view in live.views.values()))  # noqa: B023
        load = asyncio.create_task(steady(host, 500))
        await asyncio.sleep(0.5)
        match fault:
            case "restart":
                await asyncio.to_thread(redis_server.restart)
            case "freeze":
                redis_server.freeze()
                await asyncio.sleep(4.0)
                assert not here.node.healthy, "a node that hears nothing does not look healthy"
                redis_server.thaw()
            case "kill":
                await asyncio.to_thread(redis_server.kill)
                await asyncio.sleep(1.0)
                await asyncio.to_thread(redis_server.start)
        await load
        for server in (here, there):
            await eventually(lambda: server.node.healthy, timeout_s=5)  # noqa: B023
        for live in (ann, bob):
            chat, board = live.views["chat:1"], live.views["board:1"]
            await live.until(lambda: len(chat.events) == 500, timeout_s=5)  # noqa: B023
            await live.until(lambda: board.rows == host.states["board:1"], timeout_s=5)  # noqa: B023
            assert chat.events == list(range(500))
            assert not chat.resets


async def test_a_node_alone_goes_on_live_while_redis_is_away(
    start_node: StartNode, host: MemoryHost, redis_server: RedisServer
):
    server = await start_node(RedisBus(redis_server.url))
    await eventually(lambda: server.node.healthy)
    await asyncio.to_thread(redis_server.kill)
    await eventually(lambda: not server.node.healthy)
    async with server.client("ann") as ann, server.client("bob") as bob:
        chat, board, room = bob.watch("chat:1"), bob.watch("board:1"), bob.watch("room:1")
        await bob.until(lambda: board.subscribed and chat.subscribed and room.subscribed, timeout_s=2)
        host.set_rows("board:1", {"ann": 1})
        assert await asyncio.wait_for(ann.publish("chat:1", {"text": "hi"}), 1) == 1
        ann.ingest("1/3", [[250, 180]])
        await bob.until(lambda: chat.events and board.rows and room.tick_rows, timeout_s=1)
        await ann.until(lambda: ann.upto.get("1/3") == 1, timeout_s=1)
    await asyncio.to_thread(redis_server.start)
    await eventually(lambda: server.node.healthy, timeout_s=5)


async def test_a_node_that_starts_while_redis_is_away_joins_later(
    start_node: StartNode, host: MemoryHost, redis_server: RedisServer
):
    await asyncio.to_thread(redis_server.kill)
    here, there = await start_node(RedisBus(redis_server.url)), await start_node(RedisBus(redis_server.url))
    assert not here.node.healthy
    async with there.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        await asyncio.to_thread(redis_server.start)
        for server in (here, there):
            await eventually(lambda: server.node.healthy, timeout_s=5)  # noqa: B023
        host.say("chat:1", "hello", through=0)
        await live.until(lambda: chat.events == ["hello"], timeout_s=1)


async def test_deaf_nodes_still_see_each_others_events_through_the_database(
    pair: Pair, host: MemoryHost, redis_server: RedisServer
):
    _, there = await pair()
    async with there.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        await asyncio.to_thread(redis_server.kill)
        host.say("chat:1", "by the long way", through=0)
        await live.until(lambda: chat.events == ["by the long way"], timeout_s=5)
    await asyncio.to_thread(redis_server.start)


async def test_publishing_never_waits_for_a_frozen_redis(
    pair: Pair, host: MemoryHost, redis_server: RedisServer
):
    here, _ = await pair()
    redis_server.freeze()
    loop = asyncio.get_running_loop()
    began = loop.time()
    for n in range(5_000):
        host.say("chat:1", n)
        here.node.revoke(["nobody"])
    assert loop.time() - began < 1.0
    redis_server.thaw()


async def test_a_subscription_connection_killed_from_outside_is_replaced(
    pair: Pair, host: MemoryHost, redis_server: RedisServer
):
    _, there = await pair()
    async with there.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        resyncs = there.node.metrics.resyncs._value.get()
        with sync_redis.Redis.from_url(redis_server.url) as admin:
            admin.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        await eventually(lambda: there.node.metrics.resyncs._value.get() > resyncs, timeout_s=3)
        host.say("chat:1", "still here", through=0)
        await live.until(lambda: chat.events == ["still here"], timeout_s=2)


async def test_nonsense_on_our_topics_is_ignored(pair: Pair, host: MemoryHost, redis_server: RedisServer):
    _, there = await pair()
    async with there.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        with sync_redis.Redis.from_url(redis_server.url) as stranger:
            for topic in stranger.pubsub_channels():
                stranger.publish(topic, b"\xc1 nonsense")
        host.say("chat:1", "fine", through=0)
        await live.until(lambda: chat.events == ["fine"])
    assert there.node.healthy
