"""A member has at most eight connections, on all nodes together; the oldest ones go."""

import asyncio
from collections.abc import Callable

import pytest

from hub.embedded import RedisServer
from realtime.bus import Bus
from realtime.bus_memory import Exchange, MemoryBus
from realtime.bus_redis import RedisBus
from realtime.client_socket import Socket
from realtime.closing import Close
from realtime.frames import Subscribe, Subscribed, Welcome
from tests.realtime.conftest import Server, StartNode, ended, eventually, receive_until

MakeBus = Callable[[], Bus]


@pytest.fixture(params=["memory", "redis"])
def make_bus(request: pytest.FixtureRequest) -> MakeBus:
    if request.param == "memory":
        exchange = Exchange()
        return lambda: MemoryBus(exchange)
    url = request.getfixturevalue("redis_url")
    return lambda: RedisBus(url)


async def three(start_node: StartNode, make_bus: MakeBus) -> list[Server]:
    servers = [await start_node(make_bus()) for _ in range(3)]
    for server in servers:
        await eventually(lambda: server.node.healthy)  # noqa: B023
    return servers


async def come(server: Server, member: str = "ann") -> Socket:
    raw = await server.socket(member)
    await receive_until(raw, Welcome)
    # One after the other: the ledger tells their age by the millisecond.
    await eventually(lambda: not server.node.presence._attendance.coming())
    await asyncio.sleep(0.002)
    return raw


async def is_served(raw: Socket) -> bool:
    await raw.send(Subscribe(id=1, channel="chat:1"))
    return bool(await receive_until(raw, Subscribed))


async def test_limit_a_ninth_connection_on_another_node_ends_the_oldest_of_all(
    start_node: StartNode, make_bus: MakeBus
):
    servers = await three(start_node, make_bus)
    sockets = [await come(servers[n % 3]) for n in range(10)]
    for raw in sockets[:2]:
        await ended(raw, Close.CONNECTION_LIMIT, within_s=3)
    for raw in sockets[2:]:
        assert await is_served(raw)
        await raw.close()


async def test_limit_twin_eight_connections_and_others_of_somebody_else_stay(
    start_node: StartNode, make_bus: MakeBus
):
    servers = await three(start_node, make_bus)
    sockets = [await come(servers[n % 3], member) for n in range(8) for member in ("ann", "bob")]
    await asyncio.sleep(0.3)
    for raw in sockets:
        assert await is_served(raw)
        await raw.close()


async def test_limit_who_closes_one_may_open_another(start_node: StartNode, make_bus: MakeBus):
    servers = await three(start_node, make_bus)
    sockets = [await come(servers[n % 3]) for n in range(8)]
    for n in range(6):
        gone = sockets.pop()
        await gone.close()
        presences = [server.node.presence for server in servers]
        await eventually(lambda: not any(p._attendance.going() for p in presences))  # noqa: B023
        sockets.append(await come(servers[n % 3]))
    for raw in sockets:
        assert await is_served(raw)
        await raw.close()


async def test_limit_without_redis_nobody_waits_and_each_node_keeps_it(
    start_node: StartNode, redis_server: RedisServer
):
    server = await start_node(RedisBus(redis_server.url))
    await eventually(lambda: server.node.healthy)
    await asyncio.to_thread(redis_server.freeze)
    try:
        loop = asyncio.get_running_loop()
        began = loop.time()
        sockets = []
        for _ in range(9):
            sockets.append(await server.socket("ann"))
            await receive_until(sockets[-1], Welcome)
        assert loop.time() - began < 1, "a connect does not ask Redis"
        await ended(sockets[0], Close.CONNECTION_LIMIT, within_s=2)
    finally:
        await asyncio.to_thread(redis_server.thaw)
    for raw in sockets[1:]:
        await raw.close()
