"""7. What is revoked ends within two seconds, also on a node that cannot hear of it."""

import asyncio

import pytest

from hub.embedded import RedisServer
from realtime.bus_memory import Exchange
from realtime.bus_redis import RedisBus
from realtime.closing import Close
from realtime.frames import Subscribed, Unsubscribed, Welcome
from realtime.host import Identity
from realtime.settings import Settings
from realtime.vigil import Vigil
from tests.realtime.conftest import QUICK, Server, StartNode, ended, eventually, receive_until
from tests.realtime.lossy import LossyBus
from tests.realtime.memory_host import MemoryHost


async def cut_off(start_node: StartNode, settings: Settings = QUICK) -> Server:
    """A node whose bus was cut a moment after its clients came."""
    bus = LossyBus(Exchange())
    server = await start_node(bus, settings=settings)
    server.cut = lambda: setattr(bus, "is_cut", True)  # type: ignore[attr-defined]
    return server


async def test_7_a_membership_that_ends_takes_its_subscription_on_a_node_that_was_cut_off(
    start_node: StartNode, host: MemoryHost
):
    server = await cut_off(start_node)
    raw = await server.socket("ann", subscribe=["chat:1", "board:1"])
    for _ in range(2):
        await receive_until(raw, Subscribed)
    server.cut()  # type: ignore[attr-defined]
    host.banned.add(("ann", "chat:1"))
    assert (await receive_until(raw, Unsubscribed, timeout_s=2)).code == "revoked"
    host.say("chat:1", "a secret")
    host.set_rows("board:1", {"open": 1})
    frame = await raw.receive()
    while type(frame).__name__ not in ("Event", "Diff"):
        frame = await raw.receive()
    assert type(frame).__name__ == "Diff", "what is still theirs goes on, and nothing else"
    await raw.close()


async def test_7_many_connections_of_one_member_are_one_question(start_node: StartNode, host: MemoryHost):
    server = await cut_off(start_node)
    sockets = [await server.socket("ann", subscribe=["chat:1"]) for _ in range(5)]
    for raw in sockets:
        await receive_until(raw, Subscribed)
    asked: list[str] = []
    original = host.may_watch

    async def counting(identity, channel):
        asked.append(channel)
        return await original(identity, channel)

    host.may_watch = counting  # type: ignore[method-assign]
    await server.node._rights.check_watching(within_s=5)
    assert asked == ["chat:1"]
    for raw in sockets:
        await raw.close()


async def test_7_a_host_that_takes_long_to_answer_for_many_is_there(start_node: StartNode, host: MemoryHost):
    """More is watched than can be asked about at a time: nobody is sent away, and everybody's turn comes."""
    server = await cut_off(start_node, Settings(recheck_s=0.3, blind_s=0.6))
    raw = await server.socket("ann", subscribe=[f"chat:{n}" for n in range(64)])
    for _ in range(64):
        await receive_until(raw, Subscribed)
    original = host.may_watch

    async def slow(identity: Identity, channel: str) -> bool:
        await asyncio.sleep(0.3)
        return await original(identity, channel)

    host.may_watch = slow  # type: ignore[method-assign]
    server.cut()  # type: ignore[attr-defined]
    await asyncio.sleep(2.5)  # one round, and the time after which a node that knows nothing gives up
    for channel in ("chat:0", "chat:9"):
        host.banned.add(("ann", channel))
        assert (await receive_until(raw, Unsubscribed)).code == "revoked"
    await raw.close()


async def test_7_whoever_nobody_can_vouch_for_is_sent_away_to_come_back(
    start_node: StartNode, host: MemoryHost
):
    server = await cut_off(start_node, Settings(recheck_s=0.2, blind_s=0.6))
    raw = await server.socket("ann", subscribe=["chat:1"])
    await receive_until(raw, Subscribed)
    server.cut()  # type: ignore[attr-defined]
    host.is_away = True
    await ended(raw, Close.TOO_MANY, within_s=4)


@pytest.mark.parametrize("fault", ["bus", "host"])
async def test_7_twin_who_can_be_vouched_for_stays(start_node: StartNode, host: MemoryHost, fault: str):
    server = await cut_off(start_node, Settings(recheck_s=0.2, blind_s=0.6))
    raw = await server.socket("ann", subscribe=["chat:1"])
    await receive_until(raw, Subscribed)
    if fault == "bus":
        server.cut()  # type: ignore[attr-defined]
    else:
        host.is_away = True
    with pytest.raises(TimeoutError):
        await ended(raw, Close.TOO_MANY, within_s=2)
    await raw.close()


async def revoked_as_redis_freezes(start_node: StartNode, host: MemoryHost, redis: RedisServer) -> float:
    """How long a node takes to end what was revoked in the very moment in which it became deaf."""
    server = await start_node(RedisBus(redis.url), settings=Settings())
    await eventually(lambda: server.node.healthy)
    raw = await server.socket("ann")
    await receive_until(raw, Welcome)
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(redis.freeze)
    began = loop.time()
    host.revoked.add("member:ann")
    try:
        await ended(raw, Close.REVOKED, within_s=4)
        return loop.time() - began
    finally:
        await asyncio.to_thread(redis.thaw)


async def test_7_a_revocation_in_the_moment_redis_freezes_takes_less_than_two_seconds(
    start_node: StartNode, host: MemoryHost, redis_server: RedisServer
):
    assert await revoked_as_redis_freezes(start_node, host, redis_server) < 2


async def test_7_twin_a_node_that_waits_until_it_is_sure_is_too_late(
    start_node: StartNode, host: MemoryHost, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Vigil, "_is_uncertain", property(lambda self: not self._bus.healthy))
    assert await revoked_as_redis_freezes(start_node, host, redis_server) > 2
