"""8. A slow client costs O(channels): it is skipped, served later from what the node remembers, or closed."""

import asyncio
import gc
import tracemalloc

import pytest

from realtime.client_socket import Socket
from realtime.frames import Diff, Event, Snapshot, Tick
from realtime.settings import Settings
from realtime.wire import JSON
from tests.realtime.conftest import Server, StartNode, eventually
from tests.realtime.memory_host import MemoryHost
from tests.realtime.raw import CLOSE, TEXT, RawClient, masked

PATIENT = Settings(sweep_s=0.1, coalesce_s=0.01, slow_s=30)


async def stalled(server: Server, *channels: str) -> RawClient:
    """A client that subscribes and then does not read."""
    raw = await RawClient.open(server.port, small_buffer=True)
    names = ",".join(f'"{name}"' for name in channels)
    raw.send(masked(TEXT, b'{"type":"connect","token":"token-ann","subscribe":[' + names.encode() + b"]}"))
    seen = 0
    while seen < len(channels):
        seen += sum(type(frame).__name__ == "Subscribed" for frame in await raw.frames())
    raw.writer.transport.pause_reading()
    return raw


def is_choked(server: Server) -> bool:
    return bool(server.node.metrics.choked._value.get() == 1)


async def fill(server: Server, host: MemoryHost, channel: str, *, size: int = 2_000) -> int:
    """Say things until the client is skipped; how many."""
    count = 0
    async with asyncio.timeout(10):
        while not is_choked(server):
            host.say(channel, {"n": count, "pad": "x" * size})
            count += 1
            await asyncio.sleep(0)
    return count


async def test_8_a_reader_that_stalls_gets_every_event_when_it_reads_again(
    start_node: StartNode, host: MemoryHost
):
    server = await start_node(settings=PATIENT)
    raw = await stalled(server, "chat:1")
    count = await fill(server, host, "chat:1")
    for n in range(count, count + 1_000):
        host.say("chat:1", {"n": n, "pad": ""})
    raw.writer.transport.resume_reading()
    seqs: list[int] = []
    async with asyncio.timeout(10):
        while len(seqs) < count + 1_000:
            seqs += [frame.seq for frame in await raw.frames() if isinstance(frame, Event)]
    raw.abort()
    assert seqs == list(range(1, count + 1_001))
    assert not is_choked(server)


async def test_8_a_stalled_watcher_of_a_state_gets_one_merged_diff(start_node: StartNode, host: MemoryHost):
    server = await start_node(settings=PATIENT)
    host.set_rows("board:1", {f"m{n}": 0 for n in range(50)})
    raw = await stalled(server, "board:1", "chat:1")
    await fill(server, host, "chat:1")
    for points in range(1, 100):
        host.set_rows("board:1", {"m0": points, "m1": points})
        await asyncio.sleep(0.012)
    raw.writer.transport.resume_reading()
    diffs: list[Diff] = []
    rows = {f"m{n}": 0 for n in range(50)}
    async with asyncio.timeout(10):
        while rows.get("m0") != 99:
            for frame in await raw.frames():
                if isinstance(frame, Snapshot):
                    rows = dict(frame.rows)
                if isinstance(frame, Diff):
                    diffs.append(frame)
                    rows.update(frame.upserts)
    raw.abort()
    assert rows == host.states["board:1"]
    assert len(diffs) <= 3, "what was missed came as one"


async def test_8_a_stalled_viewer_sees_who_stopped_meanwhile(start_node: StartNode, host: MemoryHost):
    server = await start_node(settings=PATIENT)
    raw = await stalled(server, "room:1", "chat:1")
    await fill(server, host, "chat:1")
    async with server.client("bob") as bob:
        bob.ingest("1/4", [[250, 180]])
        await bob.until(lambda: bob.upto.get("1/4") == 1)
        await asyncio.sleep(2 * PATIENT.tick_s)
    raw.writer.transport.resume_reading()
    ticks: list[Tick] = []
    async with asyncio.timeout(10):
        while not ticks:
            ticks = [frame for frame in await raw.frames() if isinstance(frame, Tick)]
    raw.abort()
    assert ticks[0].rows == [[4, 250, 180]]


async def test_8_a_stalled_client_costs_no_memory(start_node: StartNode, host: MemoryHost):
    server = await start_node(settings=PATIENT)
    clients = [await stalled(server, "chat:1", "board:1")]
    await fill(server, host, "chat:1")
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for n in range(5_000):
        host.nodes[0].signal("news:1", b'"' + b"x" * 1_000 + b'"')
        host.set_rows("board:1", {"m": n})
        if n % 50 == 0:
            await asyncio.sleep(0)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for raw in clients:
        raw.abort()
    assert after - before < 2 * 2**20


async def test_8_who_takes_nothing_for_long_is_closed_and_can_resume(start_node: StartNode, host: MemoryHost):
    server = await start_node(settings=Settings(sweep_s=0.05, slow_s=0.4))
    raw = await stalled(server, "chat:1")
    count = await fill(server, host, "chat:1")
    await eventually(lambda: server.node.metrics.closes.labels("4008")._value.get() == 1, timeout_s=3)
    raw.writer.transport.resume_reading()
    seqs: list[int] = []
    code = 0
    try:
        async with asyncio.timeout(10):
            while True:
                opcode, payload = await raw.frame()
                if opcode == CLOSE:
                    code = int.from_bytes(payload[:2], "big")
                    break
                seqs += [f.seq for f in map(JSON.server_frame, JSON.split(payload)) if isinstance(f, Event)]
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the close frame may not have made it through the full buffer
    raw.abort()
    assert code in (4008, 0)
    assert seqs == list(range(1, len(seqs) + 1)), "what came before the end has no hole"
    assert len(seqs) <= count
    again = await server.socket(subscribe=["chat:1"], positions={"chat:1": (7, len(seqs))})
    await reaches(again, host.say("chat:1", "one more"))


async def reaches(raw: Socket, seq: int) -> None:
    async with asyncio.timeout(5):
        while True:
            frame = await raw.receive()
            if isinstance(frame, Event) and frame.seq == seq:
                break
    await raw.close()


@pytest.mark.parametrize("readers", [20])
async def test_8_the_others_do_not_wait_for_a_stalled_one(
    start_node: StartNode, host: MemoryHost, readers: int
):
    server = await start_node(settings=PATIENT)
    raw = await stalled(server, "chat:1")
    count = await fill(server, host, "chat:1")
    clients = [server.client(f"m{n}") for n in range(readers)]
    for live in clients:
        live.watch("chat:1")
        await live.__aenter__()
        await live.until(lambda: live.views["chat:1"].subscribed)  # noqa: B023
    host.say("chat:1", "now")
    for live in clients:
        await live.until(lambda: live.views["chat:1"].events == ["now"], timeout_s=1)  # noqa: B023
        await live.__aexit__(None, None, None)
    raw.abort()
    assert count
