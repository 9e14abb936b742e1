"""The promises of the live layer, kept in front of real sockets, and twins that show the tests can fail."""

import asyncio
import random

import pytest

from realtime.client import RequestRefused
from realtime.frames import (
    Diff,
    Event,
    Reset,
    Snapshot,
    Subscribed,
    Welcome,
)
from realtime.settings import Settings
from realtime.wire import JSON, MSGPACK
from tests.realtime.conftest import (
    Server,
    StartNode,
    eventually,
    receive_until,
    two_nodes,
)
from tests.realtime.lossy import no_events, no_events_and_no_digest
from tests.realtime.memory_host import MemoryHost

# 1. A client sees `seq = last + 1` on a log, or `reset`.


@pytest.mark.parametrize("wire", [JSON, MSGPACK])
async def test_1_a_client_that_loses_its_connection_again_and_again_misses_nothing(
    server: Server, host: MemoryHost, wire
):
    dice = random.Random(1)
    async with server.client(wire=wire) as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        drops = 0
        for n in range(300):
            host.say("chat:1", n)
            if n % 40 == 20:
                await live.until(lambda: len(live.welcomes) > drops)  # noqa: B023
                drops += 1
                live.drop()
            if dice.random() < 0.3:
                await asyncio.sleep(0.002)
        await live.until(lambda: len(chat.events) == 300)
        await live.until(lambda: len(live.welcomes) > drops)
    assert chat.events == list(range(300))
    assert not chat.resets
    assert drops == 7


async def test_1_a_raw_socket_sees_every_seq_once_from_where_it_was(server: Server, host: MemoryHost):
    for n in range(20):
        host.say("chat:1", n)
    raw = await server.socket(subscribe=["chat:1"], positions={"chat:1": (7, 5)})
    assert (await receive_until(raw, Welcome)).results == {"chat:1": "resumed"}
    assert (await receive_until(raw, Subscribed)).seq == 5
    seqs = [(await receive_until(raw, Event)).seq for _ in range(15)]
    host.say("chat:1", 20)
    seqs.append((await receive_until(raw, Event)).seq)
    await raw.close()
    assert seqs == list(range(6, 22))


@pytest.mark.parametrize(("position", "reason"), [((6, 5), "epoch"), ((7, 25), "ahead"), ((7, 2), "trimmed")])
async def test_1_who_cannot_be_resumed_is_told_so(server: Server, host: MemoryHost, position, reason):
    for n in range(20):
        host.say("chat:1", n)
    host.trimmed["chat:1"] = 4
    raw = await server.socket(subscribe=["chat:1"], positions={"chat:1": position})
    assert (await receive_until(raw, Welcome)).results == {"chat:1": "reset"}
    reset = await receive_until(raw, Reset)
    await raw.close()
    assert (reset.reason, reset.epoch, reset.seq) == (reason, 7, 20)


async def test_1_a_reader_too_far_back_is_told_to_start_over(start_node: StartNode, host: MemoryHost):
    server = await start_node(settings=Settings(replay_events=100))
    for n in range(150):
        host.say("chat:1", n)
    raw = await server.socket(subscribe=["chat:1"], positions={"chat:1": (7, 10)})
    assert (await receive_until(raw, Reset)).reason == "too_far"
    await raw.close()


# 2. `diff.from_seq` is the client's version, or it gets a snapshot.


async def test_2_a_state_is_resumed_by_one_merged_diff(server: Server, host: MemoryHost):
    host.set_rows("board:1", {"ann": 1, "bob": 1, "eve": 1})
    async with server.client("keeper") as keeper:
        board = keeper.watch("board:1")
        await keeper.until(lambda: board.rows)
        for points in (2, 3, 4):
            version = host.set_rows("board:1", {"ann": points, "bob": None if points == 3 else points})
            await keeper.until(lambda: board.position == (7, version))  # noqa: B023
        raw = await server.socket(subscribe=["board:1"], positions={"board:1": (7, 1)})
        assert (await receive_until(raw, Welcome)).results == {"board:1": "resumed"}
        diff = await receive_until(raw, Diff)
        await raw.close()
    assert (diff.from_seq, diff.to_seq) == (1, 4)
    assert (diff.upserts, diff.removes) == ({"ann": 4, "bob": 4}, [])


async def test_2_a_version_nobody_remembers_gets_a_snapshot(server: Server, host: MemoryHost):
    host.set_rows("board:1", {"ann": 1})
    raw = await server.socket(subscribe=["board:1"], positions={"board:1": (6, 1)})
    assert (await receive_until(raw, Welcome)).results == {"board:1": "snapshot"}
    assert (await receive_until(raw, Snapshot)).rows == {"ann": 1}
    await raw.close()


async def test_2_watchers_of_two_nodes_converge_while_rows_change_and_sockets_drop(
    start_node: StartNode, host: MemoryHost
):
    servers = [await start_node(), await start_node()]
    dice = random.Random(2)
    async with servers[0].client("ann") as ann, servers[1].client("bob") as bob:
        boards = [ann.watch("board:1"), bob.watch("board:1")]
        for n in range(150):
            row = dice.choice("abcdefgh")
            host.set_rows("board:1", {row: dice.choice([n, None])}, through=n % 2)
            if n % 30 == 10:
                dice.choice([ann, bob]).drop()
            await asyncio.sleep(0.004)
        for live, board in ((ann, boards[0]), (bob, boards[1])):
            await live.until(lambda: board.rows == host.states["board:1"])  # noqa: B023


# 3. Positions are the host's: they survive the loss of everything else.


async def test_3_positions_outlive_every_node(start_node: StartNode, host: MemoryHost):
    first = await start_node()
    async with first.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        host.say("chat:1", "before")
        await live.until(lambda: chat.events)
        position = chat.position
    host.say("chat:1", "meanwhile", through=None)
    second = await start_node()
    assert position is not None
    raw = await second.socket(subscribe=["chat:1"], positions={"chat:1": position})
    assert (await receive_until(raw, Event)).event == "meanwhile"
    await raw.close()


# 4. Attach, resume and repair cost the host one read a node, not one a client.


async def test_4_many_who_come_at_once_cost_one_read(server: Server, host: MemoryHost):
    host.set_rows("board:1", {"ann": 1})
    for n in range(400):
        host.say("chat:1", n)
    clients = [server.client(f"m{n}") for n in range(60)]
    for live in clients:
        live.watch("board:1")
        live.watch("chat:1").position = (7, 100)
        await live.__aenter__()
    for live in clients:
        chat = live.views["chat:1"]
        await live.until(lambda: len(chat.events) == 300)  # noqa: B023
        assert live.views["board:1"].rows == {"ann": 1}
        await live.__aexit__(None, None, None)
    assert host.state_reads == 1
    assert host.log_reads <= 3, "the first look, and one page or two for all"


async def test_4_nothing_slips_between_the_snapshot_and_the_first_diff(server: Server, host: MemoryHost):
    host.set_rows("board:1", {"n": 0})
    stop = asyncio.Event()

    async def change() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            host.set_rows("board:1", {"n": n, f"k{n % 7}": n})
            host.say("chat:1", n)
            await asyncio.sleep(0.001)

    changing = asyncio.create_task(change())
    clients = []
    for n in range(30):
        live = server.client(f"m{n}")
        live.watch("board:1")
        live.watch("chat:1")
        clients.append(await live.__aenter__())
        await asyncio.sleep(0.005)
    stop.set()
    await changing
    for live in clients:
        board, chat = live.views["board:1"], live.views["chat:1"]
        await live.until(lambda: board.rows == host.states["board:1"])  # noqa: B023
        await live.until(lambda: chat.position == (7, len(host.logs["chat:1"])))  # noqa: B023
        head = len(host.logs["chat:1"])
        assert chat.events == list(range(head - len(chat.events) + 1, head + 1))
        await live.__aexit__(None, None, None)


# 5. A hole is seen at once, a lost tail within two seconds.


async def test_5_a_lost_event_is_noticed_by_the_next(start_node: StartNode, host: MemoryHost):
    dice = random.Random(5)
    _, there = await two_nodes(start_node, lambda message: dice.random() > 0.3)
    async with there.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        for n in range(200):
            host.say("chat:1", n, through=0)
            await asyncio.sleep(0.002)
        await live.until(lambda: len(chat.events) == 200)
    assert chat.events == list(range(200))
    assert not chat.resets


async def test_5_a_lost_tail_is_found_by_the_digest(start_node: StartNode, host: MemoryHost):
    _, there = await two_nodes(start_node, no_events)
    async with there.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        host.say("chat:1", "the last word", through=0)
        await live.until(lambda: chat.events == ["the last word"], timeout_s=2)


async def test_5_twin_without_the_digest_the_tail_stays_lost(start_node: StartNode, host: MemoryHost):
    _, there = await two_nodes(start_node, no_events_and_no_digest)
    async with there.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        host.say("chat:1", "the last word", through=0)
        with pytest.raises(TimeoutError):
            await live.until(lambda: chat.events, timeout_s=1.5)


# 6. The same `mid` has one effect and one place.


async def test_6_what_is_said_twice_is_said_once(server: Server, host: MemoryHost):
    async with server.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        places = [await live.publish("chat:1", {"text": "hi"}, mid="12345678") for _ in range(3)]
        await live.publish("chat:1", {"text": "end"})
        await live.until(lambda: len(chat.events) >= 2)
    assert places == [1, 1, 1]
    assert [event["text"] for event in chat.events] == ["hi", "end"]


async def test_6_what_was_said_while_the_network_went_is_said_once(server: Server, host: MemoryHost):
    async with server.client() as live:
        chat = live.watch("chat:1")
        await live.until(lambda: chat.subscribed)
        for n in range(10):
            saying = asyncio.create_task(live.publish("chat:1", {"text": str(n)}))
            await asyncio.sleep(0.003 * (n % 3))
            live.drop()
            await saying
        await live.until(lambda: len(chat.events) == 10)
    assert [event["text"] for event in chat.events] == [str(n) for n in range(10)]


async def test_6_a_refusal_is_the_hosts(server: Server):
    async with server.client() as live:
        live.watch("chat:1")
        with pytest.raises(RequestRefused, match="empty"):
            await live.publish("chat:1", {"text": ""})


# 7: test_endings.py, test_vigil.py; 8: test_slow_clients.py; 9: test_presence.py; 10: test_bus_redis.py.


async def test_8_gauges_return_to_zero_after_churn(server: Server, host: MemoryHost):
    for round_ in range(5):
        clients = [server.client(f"m{n}") for n in range(20)]
        for live in clients:
            for channel in ("chat:1", "board:1", "room:1", "news:1"):
                live.watch(channel)
            await live.__aenter__()
        for n, live in enumerate(clients):
            await live.until(lambda: all(view.subscribed for view in live.views.values()))  # noqa: B023
            if n % 3 == round_ % 3:
                live.drop()
            await live.__aexit__(None, None, None)

    def all_gone() -> bool:
        gauges = [
            sample.value
            for family in server.node.metrics.registry.collect()
            if family.type == "gauge" and family.name != "pulse_live_bus_healthy"
            for sample in family.samples
        ]
        return not any(gauges)

    await eventually(all_gone, timeout_s=5)
