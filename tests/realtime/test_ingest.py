"""The athlete's own recording never loses a sample, whatever happens on the way."""

import asyncio
import random

import pytest

from realtime.frames import Error, Ingest, Ingested, Welcome
from realtime.settings import Settings
from tests.realtime.conftest import Server, StartNode, eventually, receive_until
from tests.realtime.memory_host import MemoryHost


def samples(start: int, count: int) -> list[list[float | int | None]]:
    return [[n * 250, n] for n in range(start, start + count)]


async def test_a_repeated_message_is_stored_once_and_acknowledged_again(server: Server, host: MemoryHost):
    raw = await server.socket()
    for _ in range(3):
        await raw.send(Ingest(stream="1/4", first_seq=1, samples=samples(0, 10)))
        assert (await receive_until(raw, Ingested)).upto == 10
    await raw.send(Ingest(stream="1/4", first_seq=6, samples=samples(5, 10)))
    assert (await receive_until(raw, Ingested)).upto == 15
    await raw.close()
    assert host.samples["1/4"] == samples(0, 15)


async def test_a_hole_is_not_taken_and_the_athlete_learns_from_where_to_send(
    server: Server, host: MemoryHost
):
    raw = await server.socket()
    await raw.send(Ingest(stream="1/4", first_seq=1, samples=samples(0, 5)))
    assert (await receive_until(raw, Ingested)).upto == 5
    await raw.send(Ingest(stream="1/4", first_seq=9, samples=samples(8, 5)))
    assert (await receive_until(raw, Ingested)).upto == 5
    await raw.close()
    assert host.samples["1/4"] == samples(0, 5)


async def test_nothing_is_acknowledged_that_is_not_durable(server: Server, host: MemoryHost):
    host.cannot_store = True
    async with server.client("ann") as ann, server.client("bob") as bob:
        room = bob.watch("room:1")
        await bob.until(lambda: room.subscribed)
        ann.ingest("1/4", samples(0, 20))
        await bob.until(lambda: room.tick_rows.get(4) == [4, 19 * 250, 19])
        assert ann.upto == {}, "it is shown, and not yet durable"
        host.cannot_store = False
        await ann.until(lambda: ann.upto.get("1/4") == 20)
    assert host.samples["1/4"] == samples(0, 20)


async def test_a_recording_survives_lost_connections_and_two_nodes(start_node: StartNode, host: MemoryHost):
    servers = [await start_node(), await start_node()]
    dice = random.Random(3)
    async with servers[0].client("ann") as ann:
        for n in range(60):
            ann.ingest("1/4", samples(n * 10, 10))
            if n % 12 == 6:
                ann.urls = [dice.choice(servers).url]
                ann.drop()
            await asyncio.sleep(0.01)
        await ann.until(lambda: ann.upto.get("1/4") == 600, timeout_s=15)
    assert host.samples["1/4"] == samples(0, 600)


async def test_what_was_sent_before_the_connection_went_is_stored(server: Server, host: MemoryHost):
    raw = await server.socket()
    await receive_until(raw, Welcome)
    await raw.send(Ingest(stream="1/4", first_seq=1, samples=samples(0, 1)))
    await receive_until(raw, Ingested)
    await raw.send(Ingest(stream="1/4", first_seq=2, samples=samples(1, 9)))
    await raw.close()
    await eventually(lambda: host.samples.get("1/4") == samples(0, 10))


async def test_too_much_for_the_disk_is_refused_with_a_time_to_come_back(
    start_node: StartNode, host: MemoryHost
):
    server = await start_node(settings=Settings(pending_samples=60, store_s=0.01))
    host.cannot_store = True
    raw = await server.socket()
    await raw.send(Ingest(stream="1/4", first_seq=1, samples=samples(0, 50)))
    await raw.send(Ingest(stream="1/4", first_seq=51, samples=samples(50, 50)))
    error = await receive_until(raw, Error)
    assert (error.code, error.retry_after) == ("overloaded", 1.0)
    host.cannot_store = False
    assert (await receive_until(raw, Ingested)).upto == 50
    await raw.send(Ingest(stream="1/4", first_seq=51, samples=samples(50, 50)))
    assert (await receive_until(raw, Ingested)).upto == 100
    await raw.close()


async def test_one_stream_that_cannot_be_stored_does_not_hold_up_the_others(server: Server, host: MemoryHost):
    host.poison = "1/13"
    async with server.client("ann") as ann, server.client("bob") as bob:
        for n in range(5):
            ann.ingest("1/13", samples(n, 1))
            bob.ingest("1/4", samples(n, 1))
            await asyncio.sleep(0.03)
        await bob.until(lambda: bob.upto.get("1/4") == 5)
        assert ann.upto == {}
        host.poison = ""
        await ann.until(lambda: ann.upto.get("1/13") == 5)


async def test_who_goes_on_after_the_end_is_told_that_it_is_over(server: Server, host: MemoryHost):
    raw = await server.socket()
    await raw.send(Ingest(stream="1/4", first_seq=1, samples=samples(0, 5)))
    assert (await receive_until(raw, Ingested)).upto == 5
    host.is_over = True
    await raw.send(Ingest(stream="1/4", first_seq=6, samples=samples(5, 5)))
    assert (await receive_until(raw, Ingested)).upto == 5
    await raw.send(Ingest(stream="1/4", first_seq=6, samples=samples(5, 5)))
    assert (await receive_until(raw, Error)).code == "session_over"
    await raw.close()


@pytest.mark.parametrize("stream", ["1/no", "nowhere"])
async def test_a_stream_that_is_not_theirs_is_refused(server: Server, stream: str):
    raw = await server.socket()
    await raw.send(Ingest(stream=stream, first_seq=1, samples=samples(0, 1)))
    assert (await receive_until(raw, Error)).code == "no_such_stream"
    await raw.close()


async def test_a_connection_feeds_only_so_many_streams(server: Server):
    raw = await server.socket()
    await receive_until(raw, Welcome)
    for n in range(4):
        await raw.send(Ingest(stream=f"1/{n}", first_seq=1, samples=samples(0, 1)))
        await receive_until(raw, Ingested)
    await raw.send(Ingest(stream="1/9", first_seq=1, samples=samples(0, 1)))
    assert (await receive_until(raw, Error)).code == "too_many_streams"
    await raw.close()


async def test_pending_samples_return_to_none(server: Server, host: MemoryHost):
    async with server.client("ann") as ann:
        ann.ingest("1/4", samples(0, 200))
        await ann.until(lambda: ann.upto.get("1/4") == 200)
    pending = server.node.metrics.pending._value.get()
    assert pending == 0
    await eventually(lambda: not server.node._recorder._streams)
