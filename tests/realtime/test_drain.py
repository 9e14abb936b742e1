"""A node leaves: its clients go elsewhere one by one, and nobody can tell."""

import asyncio
from bisect import bisect_left
from itertools import pairwise

import pytest
from msgspec.structs import replace

from realtime import client_line
from realtime.bus_memory import MemoryBus
from realtime.client import LiveClient
from realtime.client_line import Line
from realtime.client_link import Link
from realtime.closing import Close
from realtime.desk import slots
from realtime.frames import Drain, Welcome
from realtime.node import Node
from tests.realtime.conftest import QUICK, Server, StartNode, ended, eventually, receive_until, serving
from tests.realtime.memory_host import KINDS, MemoryHost

HASTY = replace(QUICK, grace_s=0.0, drain_s=0.4)
"""Without any grace: whoever is gone for a moment is seen to be gone."""


# Moments.


def most_in_a_second(moments: list[float]) -> int:
    ordered = sorted(moments)
    return max(bisect_left(ordered, at + 1.0) - n for n, at in enumerate(ordered))


@pytest.mark.parametrize("count", [1, 7, 1_000, 5_000])
def test_clients_move_no_faster_than_the_others_take_them_in(count: int):
    moments = slots(count, least_s=3.0, per_s=500)
    assert len(moments) == count
    assert most_in_a_second(moments) <= 500 + 2
    assert max(moments) <= max(3.0, count / 500)


def test_twin_moments_without_shares_come_in_herds():
    moments = [one % 1.0 for one in slots(5_000, least_s=3.0, per_s=500)]
    assert most_in_a_second(moments) > 500 + 2


def test_moments_are_in_no_order_and_never_the_same():
    moments = slots(100, least_s=3.0, per_s=500)
    assert sorted(moments) != moments
    assert all(before < after for before, after in pairwise(sorted(moments)))


# Moving.


class Seen:
    """What somebody sees of ten people while the node under them leaves."""

    def __init__(self) -> None:
        self.missing = 0
        self.offline = 0
        self.events: list[list[int]] = []


async def leave(start_node: StartNode, host: MemoryHost) -> Seen:
    staying, leaving = await start_node(settings=HASTY), await start_node(settings=HASTY)
    seen = Seen()

    def state(online: bool) -> None:
        seen.offline += not online

    people = [LiveClient([leaving.url, staying.url], token=f"token-m{n}", on_state=state) for n in range(10)]
    async with staying.client("watcher") as watcher:
        board = watcher.watch("presence:chat:1")
        for live in people:
            await live.__aenter__()
            live.watch("chat:1")
        await watcher.until(lambda: len(board.rows) == 10)
        drained = asyncio.create_task(leaving.node.drain())
        for n in range(150):
            host.say("chat:1", n, through=n % 2)
            await asyncio.sleep(0.01)
            seen.missing = max(seen.missing, 10 - len(board.rows))
        await drained
        for live in people:
            await eventually(lambda: live.welcomes[-1].node == "n1")  # noqa: B023
            await eventually(lambda: len(live.views["chat:1"].events) >= 150)  # noqa: B023
            seen.events.append(live.views["chat:1"].events)
        assert len(board.rows) == 10
    for live in people:
        await live.__aexit__(None, None, None)
    return seen


async def test_who_moves_is_never_offline_never_missing_and_misses_nothing(
    start_node: StartNode, host: MemoryHost
):
    seen = await leave(start_node, host)
    assert (seen.missing, seen.offline) == (0, 0)
    assert seen.events == [list(range(150))] * 10


async def test_twin_breaking_before_making_is_seen(
    start_node: StartNode, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
):
    async def break_first(self: Line, link: Link, slot_s: float) -> None:
        await asyncio.sleep(slot_s)
        await link.socket.close()

    monkeypatch.setattr(Line, "_succeed", break_first)
    monkeypatch.setattr(client_line, "backoff_s", lambda attempt: 0.1)
    seen = await leave(start_node, host)
    assert seen.missing > 0
    assert seen.offline > 0


async def test_a_node_is_not_ready_before_it_asks_anybody_to_go(server: Server):
    raw = await server.socket()
    await receive_until(raw, Welcome)
    leaving = asyncio.create_task(server.node.drain())
    await receive_until(raw, Drain)
    assert server.node.draining
    raw.abort()
    await leaving


async def test_a_leaving_node_waits_for_nobody_who_has_gone(start_node: StartNode):
    server = await start_node(settings=replace(QUICK, drain_s=0.1, elsewhere_s=30.0))
    raw = await server.socket()
    leaving = asyncio.create_task(server.node.drain())
    await receive_until(raw, Drain)
    await raw.close()
    await asyncio.wait_for(leaving, 3)


async def test_an_address_that_is_dead_is_followed_by_the_next(server: Server):
    async with LiveClient(["ws://127.0.0.1:1/ws", server.url], token="token-ann") as live:
        await live.until(lambda: live.is_online)
    assert live.welcomes


async def test_leaving_costs_nobody_an_event(start_node: StartNode, host: MemoryHost):
    """A rolling restart: every client is told to go, and loses nothing."""
    staying = await start_node()
    leaving = await start_node()
    clients = [LiveClient(leaving.url, token=f"token-m{n}") for n in range(10)]
    for live in clients:
        live.watch("chat:1")
        await live.__aenter__()
        await live.until(lambda: live.views["chat:1"].subscribed)  # noqa: B023
        live.urls = [staying.url]
    drained = asyncio.create_task(leaving.node.drain())
    for n in range(100):
        host.say("chat:1", n, through=n % 2)
        await asyncio.sleep(0.01)
    await drained
    for live in clients:
        await live.until(lambda: len(live.views["chat:1"].events) == 100)  # noqa: B023
        assert live.views["chat:1"].events == list(range(100))
        assert {welcome.node for welcome in live.welcomes} == {"n1", "n2"}
        await live.__aexit__(None, None, None)


async def test_a_server_that_ends_tells_its_clients_to_go_elsewhere(host: MemoryHost):
    node = Node(host, KINDS, MemoryBus(), node_id="n1", settings=QUICK)
    host.nodes.append(node)
    async with serving(node) as server:
        sockets = [await server.socket(f"m{n}") for n in range(5)]
        for raw in sockets:
            await receive_until(raw, Welcome)
        server.uvicorn.should_exit = True
        for raw in sockets:
            assert (await receive_until(raw, Drain)).slot_ms <= QUICK.drain_s * 1000
        for raw in sockets:
            await ended(raw, Close.DRAIN, within_s=3)
