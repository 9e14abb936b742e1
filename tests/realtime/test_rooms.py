"""Ticks: the newest sample of who moved, as often as one wants to look."""

import asyncio

from realtime.frames import Hint, Subscribed, Tick, Welcome
from tests.realtime.conftest import QUICK, Server, receive_until
from tests.realtime.memory_host import MemoryHost


async def ticks_for(raw, seconds: float) -> list[Tick]:
    ticks = []
    try:
        async with asyncio.timeout(seconds):
            while True:
                ticks.append(await receive_until(raw, Tick))
    except TimeoutError:
        return ticks


async def test_a_row_that_moves_often_is_told_once_a_tick(server: Server, host: MemoryHost):
    viewer = await server.socket("bob", subscribe=["room:1"])
    await receive_until(viewer, Subscribed)
    async with server.client("ann") as ann:
        ann.ingest("1/4", [[0, 0]])
        await receive_until(viewer, Tick)
        ann.ingest("1/4", [[n, n] for n in range(1, 201)])
        ticks = await ticks_for(viewer, 0.6)
    await viewer.close()
    assert ticks[-1].rows == [[4, 200, 200]]
    assert len(ticks) <= 6, "five messages, and never more than one tick in 50 ms"


async def test_who_looks_seldom_gets_few_ticks_and_misses_no_row(server: Server, host: MemoryHost):
    slow = await server.socket("bob", subscribe=["room:1"], hz=5.0)
    fast = await server.socket("eve", subscribe=["room:1"])
    for raw in (slow, fast):
        await receive_until(raw, Subscribed)
    clients = [server.client(f"m{n}") for n in range(5)]
    for n, live in enumerate(clients):
        await live.__aenter__()
        live.ingest(f"1/{n}", [[n, n]])
        await live.until(lambda: live.upto)  # noqa: B023
    seen_slow, seen_fast = await ticks_for(slow, 0.8), await ticks_for(fast, 0.1)
    for live in clients:
        await live.__aexit__(None, None, None)
    for raw in (slow, fast):
        await raw.close()
    assert {row[0] for tick in seen_slow for row in tick.rows} == set(range(5))
    assert {row[0] for tick in seen_fast for row in tick.rows} == set(range(5))
    assert all(tick.n % 4 == 0 for tick in seen_slow), "5 of 20 ticks a second: every fourth"


async def test_a_hidden_page_is_told_less(server: Server, host: MemoryHost):
    raw = await server.socket("bob", subscribe=["room:1"])
    await receive_until(raw, Subscribed)
    await raw.send(Hint(visible=False))
    async with server.client("ann") as ann:
        for n in range(8):
            ann.ingest("1/4", [[n, n]])
            await asyncio.sleep(0.06)
        ticks = await ticks_for(raw, 1.0)
    await raw.close()
    assert 1 <= len(ticks) <= 3
    assert ticks[-1].rows == [[4, 7, 7]]


async def test_who_comes_late_sees_everybody_at_once(server: Server, host: MemoryHost):
    async with server.client("ann") as ann:
        ann.ingest("1/4", [[250, 180]])
        await ann.until(lambda: ann.upto)
        await asyncio.sleep(2 * QUICK.tick_s)
        raw = await server.socket("bob", subscribe=["room:1"])
        await receive_until(raw, Welcome)
        assert (await receive_until(raw, Tick)).rows == [[4, 250, 180]]
        await raw.close()


async def test_a_sample_sent_late_does_not_move_the_row_back(server: Server, host: MemoryHost):
    async with server.client("ann") as ann, server.client("bob") as bob:
        room = bob.watch("room:1")
        await bob.until(lambda: room.subscribed)
        ann.ingest("1/4", [[5_000, 1]])
        await bob.until(lambda: room.tick_rows.get(4) == [4, 5_000, 1])
        ann.ingest("1/4", [[1_000, 2], [2_000, 3]])
        await ann.until(lambda: ann.upto.get("1/4") == 3)
        await asyncio.sleep(3 * QUICK.tick_s)
        assert room.tick_rows[4] == [4, 5_000, 1]
    assert host.samples["1/4"] == [[5_000, 1], [1_000, 2], [2_000, 3]]
