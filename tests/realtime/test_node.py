"""A node serves each class of channel as it promises."""

import asyncio

import msgspec

from realtime.closing import Close
from realtime.frames import Bye
from realtime.host import Identity
from tests.realtime.conftest import QUICK, Server, StartNode, eventually, receive_until
from tests.realtime.memory_host import MemoryHost


async def test_events_arrive_in_order_and_only_once(server: Server, host: MemoryHost):
    async with server.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        for n in range(100):
            host.say("chat:1", n)
        await live.until(lambda: len(chat.events) == 100)
    assert chat.events == list(range(100))


async def test_a_state_comes_as_a_snapshot_and_goes_on_as_diffs(server: Server, host: MemoryHost):
    host.set_rows("board:1", {"ann": 1, "bob": 2})
    async with server.client() as live:
        board = live.watch("board:1")
        await live.until(lambda: board.rows)
        assert board.rows == {"ann": 1, "bob": 2}
        host.set_rows("board:1", {"ann": 5, "bob": None, "eve": 3})
        await live.until(lambda: board.rows == {"ann": 5, "eve": 3})


async def test_what_is_published_is_acknowledged_with_its_place(server: Server, host: MemoryHost):
    async with server.client() as live:
        chat = live.watch("chat:1")
        seq = await live.publish("chat:1", {"text": "hi"})
        await live.until(lambda: chat.events)
    assert seq == 1
    assert chat.events == [{"by": "ann", "text": "hi"}]


async def test_samples_are_shown_and_become_durable(server: Server, host: MemoryHost):
    async with server.client("ann") as athlete, server.client("bob") as viewer:
        room = viewer.watch("room:1")
        await viewer.until(lambda: room.subscribed)
        athlete.ingest("1/4", [[n * 250, 200 + n] for n in range(120)])
        await athlete.until(lambda: athlete.upto.get("1/4") == 120)
        await viewer.until(lambda: room.tick_rows.get(4) == [4, 119 * 250, 319])
    assert host.samples["1/4"] == [[n * 250, 200 + n] for n in range(120)]


async def test_news_reaches_who_is_here(server: Server):
    async with server.client() as live:
        news = live.watch("news:1")
        await live.until(lambda: news.subscribed)
        server.node.signal("news:1", b'{"new":1}')
        await live.until(lambda: news.signals)
    assert news.signals == [{"new": 1}]


async def test_a_connect_that_takes_too_long_keeps_no_channel_for_ever(
    start_node: StartNode, host: MemoryHost
):
    """A channel that was ready is let go when another one of the same `connect` is not in time."""
    server = await start_node(settings=msgspec.structs.replace(QUICK, request_s=0.2))
    may_watch = host.may_watch

    async def slow(identity: Identity, channel: str) -> bool:
        if channel == "chat:slow":
            await asyncio.sleep(60)
        return await may_watch(identity, channel)

    host.may_watch = slow  # type: ignore[method-assign]

    raw = await server.socket("ann", subscribe=["chat:1", "board:1", "chat:slow"])

    assert (await receive_until(raw, Bye)).code == Close.TOO_MANY
    await eventually(lambda: not server.node._registry.feeds)
