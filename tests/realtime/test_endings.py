"""Why a connection ends: what is revoked, too many of one member, nobody, a database that is away."""

import asyncio

import pytest

from realtime.bus_memory import Exchange
from realtime.client_socket import Socket
from realtime.closing import Close
from realtime.frames import (
    Connect,
    Error,
    Ok,
    Refresh,
    Subscribe,
    Subscribed,
    Welcome,
)
from realtime.settings import Settings
from tests.realtime.conftest import (
    Server,
    StartNode,
    ended,
    receive_until,
)
from tests.realtime.lossy import LossyBus
from tests.realtime.memory_host import MemoryHost

# 7. What is revoked ends everywhere within two seconds.


async def test_7_a_revoked_token_ends_its_sockets_on_every_node(start_node: StartNode, host: MemoryHost):
    servers = [await start_node(), await start_node()]
    sockets = [await server.socket("ann") for server in servers]
    other = await servers[1].socket("bob")
    for raw in [*sockets, other]:
        await receive_until(raw, Welcome)

    host.revoked.add("member:ann")
    servers[0].node.revoke(["member:ann"])

    for raw in sockets:
        await ended(raw, Close.REVOKED, within_s=2)
    await other.send(Subscribe(id=1, channel="chat:1"))
    await receive_until(other, Subscribed)
    await other.close()


async def test_7_a_node_that_was_cut_off_asks_by_itself(start_node: StartNode, host: MemoryHost):
    exchange = Exchange()
    first = await start_node(LossyBus(exchange))
    bus = LossyBus(exchange)
    second = await start_node(bus)
    raw = await second.socket("ann")
    await receive_until(raw, Welcome)

    bus.is_cut = True
    host.revoked.add("member:ann")
    first.node.revoke(["member:ann"])

    await ended(raw, Close.REVOKED, within_s=2)


async def test_7_who_arrives_after_its_revocation_does_not_get_in(server: Server, host: MemoryHost):
    server.node.revoke(["member:ann"])
    raw = await server.socket("ann")
    await ended(raw, Close.REVOKED, within_s=2)


async def test_7_a_membership_that_ends_takes_its_subscription(start_node: StartNode, host: MemoryHost):
    servers = [await start_node(), await start_node()]
    async with servers[1].client("ann") as ann, servers[1].client("bob") as bob:
        chats = [ann.watch("chat:1"), bob.watch("chat:1")]
        other = ann.watch("chat:2")
        for live in (ann, bob):
            await live.until(lambda: all(view.subscribed for view in live.views.values()))  # noqa: B023
        host.banned.add(("ann", "chat:1"))
        servers[0].node.recheck(channel="chat:1")
        await ann.until(lambda: chats[0].ended == "revoked", timeout_s=2)
        host.say("chat:1", "secret")
        await bob.until(lambda: chats[1].events)
        assert chats[0].events == []
        assert other.subscribed


async def test_7_a_membership_that_ends_while_the_database_is_away_ends_when_it_is_back(
    server: Server, host: MemoryHost
):
    async with server.client("ann") as ann:
        chat = ann.watch("chat:1")
        await ann.until(lambda: chat.subscribed)
        host.banned.add(("ann", "chat:1"))
        host.is_away = True
        server.node.recheck(member="ann")
        await asyncio.sleep(0.1)
        assert chat.subscribed
        host.is_away = False
        await ann.until(lambda: chat.ended == "revoked", timeout_s=2)


async def test_7_a_grant_that_ends_by_the_clock_ends_its_connection(start_node: StartNode, host: MemoryHost):
    server = await start_node(settings=Settings(recheck_s=0.1, grants_s=0.3))
    raw = await server.socket("ann")
    await receive_until(raw, Welcome)
    host.revoked.add("member:ann")
    await ended(raw, Close.REVOKED, within_s=2)


async def test_7_a_token_that_expires_ends_its_connection_unless_refreshed(server: Server, host: MemoryHost):
    host.expires_in_s = 0.6
    short, refreshed = await server.socket("ann"), await server.socket("bob")
    for raw in (short, refreshed):
        await receive_until(raw, Welcome)
    host.expires_in_s = 60
    await refreshed.send(Refresh(id=1, token="token-bob"))
    assert (await receive_until(refreshed, Ok)).id == 1
    await refreshed.send(Refresh(id=2, token="token-eve"))
    assert (await receive_until(refreshed, Error)).code == "bad_token"
    await ended(short, Close.TOKEN_EXPIRED, within_s=2)
    await refreshed.send(Subscribe(id=3, channel="chat:1"))
    await receive_until(refreshed, Subscribed)
    await refreshed.close()


async def test_7_twin_what_is_not_revoked_stays(server: Server, host: MemoryHost):
    raw = await server.socket("ann")
    await receive_until(raw, Welcome)
    server.node.revoke(["member:bob"])
    with pytest.raises(TimeoutError):
        await ended(raw, Close.REVOKED, within_s=1)
    await raw.close()


async def test_a_ninth_connection_of_a_member_takes_the_place_of_the_oldest(server: Server):
    sockets = []
    for _ in range(9):
        sockets.append(await server.socket("ann"))
        await receive_until(sockets[-1], Welcome)
    await ended(sockets[0], Close.CONNECTION_LIMIT, within_s=2)
    for raw in sockets[1:]:
        await raw.send(Subscribe(id=1, channel="chat:1"))
        await receive_until(raw, Subscribed)
        await raw.close()


@pytest.mark.parametrize("token", [None, "nobody"])
async def test_who_is_nobody_is_told_to_stay_away(server: Server, token: str | None):
    raw = await Socket.open(server.url)
    await raw.send(Connect(token=token))
    await ended(raw, Close.BAD_TOKEN, within_s=2)


async def test_a_database_that_is_away_means_come_back_later(server: Server, host: MemoryHost):
    host.is_away = True
    raw = await server.socket("ann", subscribe=["chat:1"])
    await ended(raw, Close.TOO_MANY, within_s=2)
