"""A master dies, freezes or is replaced behind its sentinels: the nodes go where it is, and nothing is lost.

Each promise has a twin that leaves out what keeps it, and then sees it broken.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import redis
from hiredis import Reader

from realtime import redis_hearing, redis_routes
from realtime.bus import EVERYONE, Revoked
from realtime.bus_redis import RedisBus
from realtime.redis_address import Server as Address
from realtime.redis_address import parse
from realtime.redis_routes import SentinelRoute
from realtime.redis_sentinel import NoMaster, Sentinels
from tests.realtime.conftest import Server, StartNode, eventually
from tests.realtime.memory_host import MemoryHost
from tests.realtime.test_bus import Ear
from tests.realtime.test_bus_redis import steady
from tests.support.redis_sentinels import WatchedRedis

Join = Callable[..., Awaitable[tuple[RedisBus, Ear]]]


@pytest.fixture
async def join() -> AsyncIterator[Join]:
    buses: list[RedisBus] = []

    async def one_more(url: str, node: str = "a") -> tuple[RedisBus, Ear]:
        bus, ear = RedisBus(url), Ear()
        await bus.start(node, ear)
        buses.append(bus)
        return bus, ear

    yield one_more
    for bus in buses:
        await bus.stop()


async def two_nodes(start_node: StartNode, url: str) -> tuple[Server, Server]:
    servers = (await start_node(RedisBus(url)), await start_node(RedisBus(url)))
    for server in servers:
        await eventually(lambda: server.node.healthy)  # noqa: B023
    return servers


async def replace_by_a_stale_replica(servers: WatchedRedis) -> None:
    """The replica stops following, the master freezes, and the replica comes back to be made master."""
    old, stale = servers.master, servers.replica
    stale.freeze()
    await asyncio.sleep(0.3)
    old.freeze()
    stale.thaw()
    await asyncio.to_thread(servers.wait_for_master, stale)


@pytest.mark.parametrize("fault", ["killed", "frozen, for a stale replica"])
async def test_a_failover_under_load_loses_nothing(
    start_node: StartNode, host: MemoryHost, redis_watched: WatchedRedis, fault: str
):
    here, there = await two_nodes(start_node, redis_watched.url)
    async with here.client("ann") as ann, there.client("bob") as bob:
        for live in (ann, bob):
            live.watch("chat:1")
            live.watch("board:1")
            await live.until(lambda: all(view.subscribed for view in live.views.values()))  # noqa: B023
        who = bob.watch("presence:chat:1")
        load = asyncio.create_task(steady(host, 300))
        await asyncio.sleep(0.3)
        if fault == "killed":
            await asyncio.to_thread(redis_watched.fail_over)
        else:
            await replace_by_a_stale_replica(redis_watched)
            for server in redis_watched.servers:
                server.thaw()
        await load
        for node in (here, there):
            await eventually(lambda: node.node.healthy, timeout_s=15)  # noqa: B023
        for live in (ann, bob):
            chat, board = live.views["chat:1"], live.views["board:1"]
            await live.until(lambda: len(chat.events) == 300, timeout_s=5)  # noqa: B023
            await live.until(lambda: board.rows == host.states["board:1"], timeout_s=5)  # noqa: B023
            assert chat.events == list(range(300))
            assert not chat.resets
        await bob.until(lambda: who.rows.keys() == {"ann", "bob"}, timeout_s=10)


async def test_a_killed_master_is_followed_and_only_by_who_asks_the_sentinels(
    redis_watched: WatchedRedis, join: Join
):
    a, _ = await join(redis_watched.url, "a")
    b, ear = await join(redis_watched.url, "b")
    stubborn, _ = await join(redis_watched.master.url, "c")
    for bus in (a, b, stubborn):
        await eventually(lambda: bus.healthy)  # noqa: B023

    await asyncio.to_thread(redis_watched.fail_over)

    await eventually(lambda: not stubborn.healthy)
    for bus in (a, b):
        await eventually(lambda: bus.healthy, timeout_s=10)  # noqa: B023
    assert ear.resyncs == 2, "once at the start, and once after the failover"
    await _is_heard(a, ear)
    assert await a.ledger.renew("a", 10) is False, "the ledger answers, from the new master"
    assert not stubborn.healthy


@pytest.mark.parametrize("minded", [True, False])
async def test_a_service_that_moved_while_its_old_master_is_well_is_followed(
    redis_watched: WatchedRedis, join: Join, monkeypatch: pytest.MonkeyPatch, minded: bool
):
    if not minded:
        monkeypatch.setattr(redis_hearing, "_VERIFY_S", 3600.0)
    one, other = redis_watched.servers
    redis_watched.watch_also("moving", redis_watched.master)
    try:
        a, ear = await join(redis_watched.url_of("moving"), "a")
        await eventually(lambda: a.healthy)
        redis_watched.forget("moving")
        await asyncio.to_thread(redis_watched.separate)
        redis_watched.watch_also("moving", one if redis_watched.master is other else other)
        b, _ = await join(redis_watched.url_of("moving"), "b")
        await eventually(lambda: b.healthy)
        if minded:
            await eventually(lambda: ear.resyncs == 2 and a.healthy, timeout_s=8)
            await _is_heard(b, ear)
        else:
            await asyncio.sleep(3.0)
            assert a.healthy, "it hears itself, on a server where nobody else is"
            assert ear.resyncs == 1
    finally:
        redis_watched.forget("moving")


@pytest.mark.parametrize("minded", [True, False])
async def test_a_master_that_was_frozen_and_comes_back_is_not_spoken_to(
    redis_watched: WatchedRedis, join: Join, monkeypatch: pytest.MonkeyPatch, minded: bool
):
    """Its connections are still open. The twin trusts them, and asks nobody."""
    if not minded:
        monkeypatch.setattr(redis_hearing, "SILENCE_S", 3600.0)
        monkeypatch.setattr(redis_hearing, "_VERIFY_S", 3600.0)
    a, ear = await join(redis_watched.url, "a")
    await eventually(lambda: a.healthy)
    old = redis_watched.master
    await replace_by_a_stale_replica(redis_watched)
    b, _ = await join(redis_watched.url, "b")
    await eventually(lambda: b.healthy, timeout_s=10)
    old.thaw()  # and for some seconds it believes that it is still the master

    if minded:
        await eventually(lambda: a.healthy and ear.resyncs > 1, timeout_s=10)
        with redis.Redis(port=old.port) as spy, spy.pubsub() as said:
            said.psubscribe("pulse:*")
            assert said.get_message(timeout=5) is not None, "the answer to this"
            assert old.ask("PUBSUB", "CHANNELS", "pulse:*") == [], "nobody listens to it"
            await _is_heard(a, await _ear_of(join, redis_watched))
            await _is_heard(b, ear)
            await asyncio.sleep(1.1)  # a beat is due each second
            assert said.get_message() is None, "nor does anybody speak to it"
    else:
        b.say(EVERYONE, Revoked(grants=["x"]))
        await asyncio.sleep(1.0)
        assert a.healthy
        assert not ear.messages, "it listens to a server that nobody speaks to"


async def _ear_of(join: Join, redis_watched: WatchedRedis) -> Ear:
    bus, ear = await join(redis_watched.url, "c")
    await eventually(lambda: bus.healthy)
    return ear


async def test_a_server_that_says_nothing_is_not_waited_for():
    """One that is frozen is connected to all the same: the machine does that for it."""
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        port = frozen.getsockname()[1]
        async with _sentinel(fields=("127.0.0.1", port), address=("127.0.0.1", port)) as url:
            route = SentinelRoute(redis_routes.Opener(parse(url)))
            opening = asyncio.create_task(route.open())
            done, _ = await asyncio.wait([opening], timeout=redis_routes.TIMEOUT_S + 3)
            assert done, "it gives up by itself"
            assert isinstance(opening.exception(), TimeoutError)


async def test_the_leader_of_a_failover_is_believed_about_the_new_address():
    """It counts the failover once it has chosen; among its fields stands the old master until the end."""
    async with _sentinel(fields=("10.0.0.9", 6379), address=("10.0.0.1", 6379)) as url:
        assert await Sentinels(parse(url)).master() == Address("10.0.0.1", 6379)


async def test_why_no_sentinel_knows_a_master_is_said(redis_watched: WatchedRedis):
    unknown = Sentinels(parse(redis_watched.url_of("unknown")))
    with pytest.raises(NoMaster, match=r"master of 'unknown' .*No such master with that name"):
        await unknown.master()


@asynccontextmanager
async def _sentinel(*, fields: tuple[str, int], address: tuple[str, int]) -> AsyncIterator[str]:
    """A sentinel in a state that lasts for a tenth of a second in a real one."""
    answers = {
        b"MASTER": ["name", "pulse", "ip", fields[0], "port", str(fields[1]), "config-epoch", "8"],
        b"GET-MASTER-ADDR-BY-NAME": [address[0], str(address[1])],
    }

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parser = Reader()
        while data := await reader.read(4096):
            parser.feed(data)
            while (command := parser.gets()) is not False:
                words = answers[command[1]]
                writer.write(b"*%d\r\n" % len(words))
                writer.writelines(b"$%d\r\n%s\r\n" % (len(word), word.encode()) for word in words)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"redis+sentinel://127.0.0.1:{server.sockets[0].getsockname()[1]}/pulse"


@pytest.mark.parametrize("checked", [True, False])
async def test_a_replica_is_never_taken_for_a_master(
    redis_watched: WatchedRedis, join: Join, monkeypatch: pytest.MonkeyPatch, checked: bool
):
    """Sentinels may be wrong for a while. A replica takes messages, and passes them to nobody."""
    redis_watched.watch_also("wrong", redis_watched.replica)
    try:
        if checked:
            route = SentinelRoute(redis_routes.Opener(parse(redis_watched.url_of("wrong"))))
            with pytest.raises(ConnectionError, match="is a slave"):
                await route.open()
        else:
            monkeypatch.setattr(redis_routes, "require_master", lambda role, server: None)
        for guarded in (True, False):
            unguarded = redis_routes.PLAIN._replace(is_guarded=False)
            monkeypatch.setattr("realtime.bus_redis.PLAIN", redis_routes.PLAIN if guarded else unguarded)
            bus, _ = await join(redis_watched.url_of("wrong"))
            is_fooled = not checked and not guarded
            if is_fooled:
                await eventually(lambda: bus.healthy)  # noqa: B023
            else:
                await asyncio.sleep(1.5)
                assert bus.heard_s_ago > 1.4, "neither the look at its role nor the beat lets it pass"
    finally:
        redis_watched.forget("wrong")


async def _is_heard(speaker: RedisBus, ear: Ear) -> None:
    ear.messages.clear()
    speaker.say(EVERYONE, Revoked(grants=["x"]))
    await ear.until(lambda e: any(message == Revoked(grants=["x"]) for _, message in e.messages))
