"""Twins: each takes away what a promise stands on, and shows that its test would notice.

The promises themselves are in the tests that `test_promises.py` names.
"""

import asyncio
from typing import Any

import pytest

from realtime import vigil
from realtime.archive import Archive
from realtime.bus_memory import Exchange
from realtime.connection import Connection
from realtime.logs import LogFeed
from realtime.settings import Settings
from realtime.states import StateFeed
from tests.realtime.conftest import QUICK, Server, StartNode, eventually
from tests.realtime.lossy import LossyBus
from tests.realtime.memory_host import MemoryHost
from tests.realtime.test_resume import read_upto, returning, say_many
from tests.realtime.test_slow_clients import PATIENT, stalled


async def test_1_twin_without_positions_a_reader_that_comes_back_misses_events(
    server: Server, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
):
    attach = LogFeed.attach
    monkeypatch.setattr(
        LogFeed, "attach", lambda feed, reader, _, request: attach(feed, reader, None, request)
    )
    async with server.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        host.say("chat:1", "one")
        await live.until(lambda: chat.events)
        live.drop()
        host.say("chat:1", "while away")
        await live.until(lambda: len(live.welcomes) == 2 and live.is_online)
        await live.until(lambda: chat.subscribed)
        host.say("chat:1", "three")
        await live.until(lambda: len(chat.events) == 2)
    assert chat.events == ["one", "three"]


async def test_2_twin_without_the_chain_of_changes_a_watcher_stays_behind(
    server: Server, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
):
    host.set_rows("board:1", {"a": 1})
    async with server.client() as live, server.client("bob") as other:
        board, others = live.watch("board:1"), other.watch("board:1")
        await live.until(lambda: board.rows)
        await other.until(lambda: others.rows)
        monkeypatch.setattr(StateFeed, "_changed_since", lambda feed, position: frozenset())
        live.drop()
        host.set_rows("board:1", {"b": 2})
        await other.until(lambda: others.rows == {"a": 1, "b": 2})
        await live.until(lambda: len(live.welcomes) == 2 and board.subscribed)
        with pytest.raises(TimeoutError):
            await live.until(lambda: board.rows == {"a": 1, "b": 2}, timeout_s=0.5)


async def test_4_twin_without_the_archive_each_reader_costs_reads(
    server: Server, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Archive, "_keep", lambda *_: None)
    say_many(host, 1_000)
    raws = [await returning(server, n) for n in range(40)]
    for raw in raws:
        await read_upto(raw, 1_000)
        raw.abort()
    assert host.log_reads > 40


class Forgetful(dict[Any, Any]):
    def get(self, *_: Any) -> None:
        return None


async def test_6_twin_a_host_that_forgets_what_was_said_says_it_again(server: Server, host: MemoryHost):
    host.mids = Forgetful()
    async with server.client() as live:
        live.watch("chat:1")
        places = [await live.publish("chat:1", {"text": "hi"}, mid="12345678") for _ in range(3)]
    assert places == [1, 2, 3]


async def test_8_twin_without_skipping_a_stalled_reader_is_a_queue(
    start_node: StartNode, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Connection, "choked", lambda connection: None)
    server = await start_node(settings=PATIENT)
    raw = await stalled(server, "chat:1")
    (connection,) = server.node._registry.connections
    most = 0
    for n in range(4_000):
        host.say("chat:1", {"n": n, "pad": "x" * 2_000})
        await asyncio.sleep(0)
        most = max(most, connection._transport.unsent)
    connection._transport.abort()
    raw.abort()
    assert most > 1_000_000


def silent() -> Settings:
    """Without a digest, only a resync tells a node what it missed."""
    return Settings(**{**{name: getattr(QUICK, name) for name in QUICK.__struct_fields__}, "digest_s": 100.0})


async def missed_while_deaf(start_node: StartNode, host: MemoryHost) -> bool:
    """Whether an event that a node was deaf for is still missing after it hears again."""
    exchange = Exchange()
    bus = LossyBus(exchange)
    await start_node(LossyBus(exchange), settings=silent())
    there = await start_node(bus, settings=silent())
    async with there.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        bus.is_cut = True
        host.say("chat:1", "unheard", through=0)
        await asyncio.sleep(0.02)
        bus.heal()
        try:
            await live.until(lambda: chat.events, timeout_s=1)
        except TimeoutError:
            return True
    return False


async def test_10_a_node_that_hears_again_asks_for_all_it_missed(start_node: StartNode, host: MemoryHost):
    assert not await missed_while_deaf(start_node, host)


async def test_10_twin_without_the_resync_it_stays_lost(
    start_node: StartNode, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
):
    async def nothing(*_: object) -> None: ...

    monkeypatch.setattr(vigil, "resync", nothing)
    assert await missed_while_deaf(start_node, host)


async def test_10_a_node_that_is_deaf_says_so(start_node: StartNode):
    bus = LossyBus(Exchange())
    server = await start_node(bus)
    assert server.node.healthy
    bus.is_cut = True
    await eventually(lambda: not server.node.healthy)
