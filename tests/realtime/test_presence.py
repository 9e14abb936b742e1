"""Who is here: one member however many tabs, through any node, also after a node dies."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
import redis

from hub.embedded import RedisServer
from realtime.bus import Bus
from realtime.bus_memory import Exchange, MemoryBus
from realtime.bus_redis import RedisBus
from realtime.frames import AnyServerFrame, Diff, Snapshot
from realtime.presence import Presence
from tests.realtime.conftest import QUICK, Server, StartNode, eventually
from tests.realtime.memory_host import MemoryHost

MakeBus = Callable[[], Bus]


@pytest.fixture(params=["memory", "redis"])
def make_bus(request: pytest.FixtureRequest) -> MakeBus:
    if request.param == "memory":
        exchange = Exchange()
        return lambda: MemoryBus(exchange)
    url = request.getfixturevalue("redis_url")
    return lambda: RedisBus(url)


async def pair(start_node: StartNode, make_bus: MakeBus) -> tuple[Server, Server]:
    servers = (await start_node(make_bus()), await start_node(make_bus()))
    for server in servers:
        await eventually(lambda: server.node.healthy)  # noqa: B023
    return servers


async def test_a_member_with_several_tabs_on_several_nodes_is_one(start_node: StartNode, make_bus: MakeBus):
    here, there = await pair(start_node, make_bus)
    async with here.client("ann") as tab, there.client("ann") as other_tab, there.client("bob") as bob:
        for live in (tab, other_tab, bob):
            live.watch("chat:1")
        who = bob.watch("presence:chat:1")
        await bob.until(lambda: who.rows.keys() == {"ann", "bob"})
        assert await here.node.presence.present("chat:1") == {"ann", "bob"}
        assert who.rows["ann"]["since"] > 1_700_000_000_000


async def test_who_leaves_is_gone_after_the_grace(start_node: StartNode, make_bus: MakeBus):
    here, there = await pair(start_node, make_bus)
    async with there.client("bob") as bob:
        bob.watch("chat:1")
        who = bob.watch("presence:chat:1")
        async with here.client("ann") as ann:
            ann.watch("chat:1")
            await bob.until(lambda: who.rows.keys() == {"ann", "bob"})
        left_at = asyncio.get_running_loop().time()
        await bob.until(lambda: who.rows.keys() == {"bob"})
        assert asyncio.get_running_loop().time() - left_at >= 0.4, "the grace of these tests is half a second"


async def test_a_reconnect_is_no_news(start_node: StartNode, make_bus: MakeBus):
    here, there = await pair(start_node, make_bus)
    async with here.client("ann") as ann, there.client("bob") as bob:
        ann.watch("chat:1")
        bob.watch("chat:1")
        who = bob.watch("presence:chat:1")
        await bob.until(lambda: who.rows.keys() == {"ann", "bob"})
        before = who.position
        for _ in range(2):
            ann.drop()
            await ann.until(lambda: ann.views["chat:1"].subscribed)
        await asyncio.sleep(0.2)
        assert who.position == before


async def test_the_members_of_a_dead_node_are_gone_when_its_lease_ends(
    start_node: StartNode, make_bus: MakeBus
):
    here, there = await pair(start_node, make_bus)
    async with there.client("bob") as bob, here.client("ann") as ann:
        ann.watch("chat:1")
        bob.watch("chat:1")
        who = bob.watch("presence:chat:1")
        await bob.until(lambda: who.rows.keys() == {"ann", "bob"})
        # What `kill -9` does to the others' view: the node just stops speaking.
        await here.node._tasks.stop()
        await bob.until(lambda: who.rows.keys() == {"bob"}, timeout_s=5)


async def test_twin_the_members_of_a_living_node_stay(start_node: StartNode, make_bus: MakeBus):
    here, there = await pair(start_node, make_bus)
    async with there.client("bob") as bob, here.client("ann") as ann:
        ann.watch("chat:1")
        bob.watch("chat:1")
        who = bob.watch("presence:chat:1")
        await bob.until(lambda: who.rows.keys() == {"ann", "bob"})
        with pytest.raises(TimeoutError):
            await bob.until(lambda: who.rows.keys() == {"bob"}, timeout_s=3.5)


@pytest.mark.parametrize("fault", ["restart", "away"])
async def test_presence_heals_after_redis_was_emptied(
    start_node: StartNode, redis_server: RedisServer, host: MemoryHost, fault: str
):
    here, there = await pair(start_node, lambda: RedisBus(redis_server.url))
    async with here.client("ann") as ann, there.client("bob") as bob:
        for live in (ann, bob):
            live.watch("chat:1")
            live.watch("presence:chat:1")
        both = {"ann", "bob"}
        for live in (ann, bob):
            await live.until(lambda: live.views["presence:chat:1"].rows.keys() == both)  # noqa: B023
        await asyncio.to_thread(redis_server.kill)
        if fault == "away":
            await ann.until(lambda: ann.views["presence:chat:1"].rows.keys() == {"ann"}, timeout_s=5)
        await asyncio.to_thread(redis_server.start)
        async with asyncio.timeout(6):
            while await here.node.presence.present("chat:1") != both:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        for live in (ann, bob):
            await live.until(lambda: live.views["presence:chat:1"].rows.keys() == both, timeout_s=6)  # noqa: B023


async def those_seen_while(
    start_node: StartNode, redis_server: RedisServer, harm: Callable[[], Awaitable[None]]
) -> list[set[str]]:
    """Whom two members on two nodes see in a chat, at each frame, while Redis is harmed and heals."""
    servers = await pair(start_node, lambda: RedisBus(redis_server.url))
    seen: list[set[str]] = []

    def look(_: str | None, frame: AnyServerFrame) -> None:
        if harmed and isinstance(frame, Snapshot | Diff):
            seen.extend(set(view.rows) for view in views)

    harmed = False
    async with (
        servers[0].client("ann", on_frame=look) as ann,
        servers[1].client("bob", on_frame=look) as bob,
    ):
        for live in (ann, bob):
            live.watch("chat:1")
        views = [live.watch("presence:chat:1") for live in (ann, bob)]
        for live, who in zip((ann, bob), views, strict=True):
            await live.until(lambda: who.rows.keys() == {"ann", "bob"})  # noqa: B023
        harmed = True
        await harm()
        # Until the ledger is whole and believed again: who comes now is seen by everybody.
        async with servers[0].client("eve") as eve:
            eve.watch("chat:1")
            await bob.until(lambda: views[1].rows.keys() == {"ann", "bob", "eve"}, timeout_s=8)
            presences = [server.node.presence for server in servers]
            await eventually(lambda: not any(p._is_settling for p in presences), timeout_s=8)
            await bob.until(lambda: views[1].rows.keys() == {"ann", "bob", "eve"}, timeout_s=8)
    return seen


async def _empty(server: RedisServer) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.flushall()


async def _restart(server: RedisServer) -> None:
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)


async def _away_for_a_moment(server: RedisServer) -> None:
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(0.8)
    await asyncio.to_thread(server.start)


@pytest.mark.parametrize("harm", [_empty, _restart, _away_for_a_moment])
async def test_9_nobody_vanishes_because_redis_was_emptied_or_away(
    start_node: StartNode, redis_server: RedisServer, harm: Callable[[RedisServer], Awaitable[None]]
):
    seen = await those_seen_while(start_node, redis_server, lambda: harm(redis_server))
    assert seen
    assert all(rows >= {"ann", "bob"} for rows in seen), "somebody vanished for a moment"


async def test_9_twin_a_ledger_that_is_believed_at_once_lets_people_vanish(
    start_node: StartNode, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Presence, "_settle", lambda self: None)
    seen = await those_seen_while(start_node, redis_server, lambda: _empty(redis_server))
    assert not all(rows >= {"ann", "bob"} for rows in seen)


async def test_9_who_came_while_the_ledger_was_doubted_stays_when_it_is_emptied_again(
    start_node: StartNode, redis_server: RedisServer
):
    here, there = await pair(start_node, lambda: RedisBus(redis_server.url))
    presences = [server.node.presence for server in (here, there)]
    async with here.client("ann") as ann, there.client("bob") as bob:
        for live in (ann, bob):
            live.watch("chat:1")
        views = [live.watch("presence:chat:1") for live in (ann, bob)]
        await eventually(lambda: all(view.rows.keys() == {"ann", "bob"} for view in views))
        await _empty(redis_server)
        await eventually(lambda: all(presence._is_settling for presence in presences))
        for live in (ann, bob):
            live.watch("chat:2")
        views = [live.watch("presence:chat:2") for live in (ann, bob)]
        await eventually(lambda: all(view.rows.keys() == {"ann", "bob"} for view in views))
        await _empty(redis_server)
        while any(presence._is_settling for presence in presences):
            assert all(view.rows.keys() == {"ann", "bob"} for view in views), "somebody vanished"
            await asyncio.sleep(0.005)
        await eventually(lambda: all(view.rows.keys() == {"ann", "bob"} for view in views))


async def test_9_who_left_while_redis_was_away_is_gone_when_it_is_back(
    start_node: StartNode, redis_server: RedisServer
):
    here, there = await pair(start_node, lambda: RedisBus(redis_server.url))
    async with there.client("bob") as bob:
        bob.watch("chat:1")
        who = bob.watch("presence:chat:1")
        async with here.client("ann") as ann:
            ann.watch("chat:1")
            await bob.until(lambda: who.rows.keys() == {"ann", "bob"})
            await asyncio.to_thread(redis_server.freeze)
        try:
            await asyncio.sleep(1)  # the grace of these tests, twice
        finally:
            await asyncio.to_thread(redis_server.thaw)
        await bob.until(lambda: who.rows.keys() == {"bob"}, timeout_s=8)
        await asyncio.sleep(0.3)
        assert await there.node.presence.present("chat:1") == {"bob"}


async def test_9_nobody_vanishes_because_an_older_copy_of_the_ledger_took_over(
    start_node: StartNode, redis_server: RedisServer
):
    here, there = await pair(start_node, lambda: RedisBus(redis_server.url))
    presences = [server.node.presence for server in (here, there)]
    async with here.client("ann") as ann, there.client("bob") as bob, there.client("eve") as eve:
        views = [live.watch("presence:chat:1") for live in (ann, bob)]
        for live in (ann, bob):
            live.watch("chat:1")
        await eventually(lambda: all(view.rows.keys() == {"ann", "bob"} for view in views))
        with redis.Redis.from_url(redis_server.url) as client:
            copy = {key: client.dump(key) for key in client.scan_iter()}
            eve.watch("chat:1")
            await eventually(lambda: all(view.rows.keys() == {"ann", "bob", "eve"} for view in views))
            epochs = {view.position[0] for view in views if view.position is not None}
            for key, value in copy.items():
                client.restore(key, 0, value, replace=True)
            client.client_kill_filter(_type="pubsub")
        await eventually(lambda: all(presence._is_settling for presence in presences))
        while any(presence._is_settling for presence in presences):
            assert all(view.rows.keys() == {"ann", "bob", "eve"} for view in views), "somebody vanished"
            await asyncio.sleep(0.005)
        await eventually(lambda: all(view.rows.keys() == {"ann", "bob", "eve"} for view in views))
        # Its numbers were given a second time: nobody may go on from those that they had.
        await eventually(lambda: not epochs & {view.position[0] for view in views if view.position})


async def test_9_what_a_node_shows_for_now_has_an_epoch_that_no_ledger_has(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    bus = MemoryBus(Exchange())
    presence = Presence("n1", bus, QUICK, lambda *_: None, lambda *_: None, now_ms=lambda: time.time() * 1000)
    presence._settle()
    epoch, _, _ = await bus.ledger.read("chat:1")
    assert (await presence.read("presence:chat:1")).epoch != epoch


async def test_a_channel_without_presence_has_none(server: Server):
    async with server.client("ann") as ann:
        board = ann.watch("board:1")
        await ann.until(lambda: board.subscribed)
        assert await server.node.presence.present("board:1") == set()
