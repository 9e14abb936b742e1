"""A client's idea of the hub's time is off by at most half of its best round trip."""

import asyncio
import time

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from realtime.clock import Clock, Timepiece
from realtime.frames import Time, TimeIs, Welcome
from tests.realtime.conftest import QUICK, Server, StartNode, receive_until
from tests.realtime.memory_host import MemoryHost


@example(1.0, [(0.0, 0.0, 23.25717276380135)])
@given(
    st.floats(-1e7, 1e7),
    st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500), st.floats(0, 50)), min_size=1, max_size=8),
)
def test_the_error_is_at_most_half_of_the_best_round_trip(
    offset_ms: float, trips: list[tuple[float, float, float]]
):
    clock = Clock()
    now = 1_000.0
    for there, back, pause in trips:
        clock.take(now, now + there + offset_ms, now + there + pause + offset_ms, now + there + pause + back)
        now += 1_000
    best = min(there + back for there, back, _ in trips)
    assert abs(clock.offset_ms - offset_ms) <= best / 2 + 1e-3


def test_old_samples_are_forgotten():
    clock = Clock()
    clock.take(0, 100, 100, 0)
    for n in range(8):
        clock.take(n, n + 55, n + 55, n + 10)
    assert clock.offset_ms == 50


def test_a_clock_that_was_set_is_believed_at_once():
    clock = Clock()
    for n in range(8):
        clock.take(n, n + 50, n + 50, n + 1)
    clock.take(100, 100 + 90_000, 100 + 90_000, 110)
    assert abs(clock.offset_ms - 90_000) <= 5


def test_time_never_goes_back_by_a_little():
    at_s = 100.0
    timepiece = Timepiece(wall=lambda: 1_000.0, steady=lambda: at_s)
    told = timepiece.now_ms()
    timepiece.learn(timepiece.steady_ms(), told - 40)
    assert timepiece.now_ms() == told
    at_s += 0.1
    assert timepiece.now_ms() == told + 60


# Nodes whose machines are minutes off.


def off_by(seconds: float) -> Timepiece:
    """The time of a machine whose wall clock somebody has set wrong."""
    return Timepiece(wall=lambda: time.time() + seconds)


async def times_told(server: Server) -> list[float]:
    """By how many milliseconds the welcome and an answer of this node are off, as its client sees it."""
    raw = await server.socket()
    welcome = await receive_until(raw, Welcome)
    errors = [welcome.now - time.time() * 1000]
    await raw.send(Time(t0=0))
    told = await receive_until(raw, TimeIs)
    errors.append(told.t2 - time.time() * 1000)
    raw.abort()
    return errors


async def test_nodes_with_wrong_clocks_tell_the_same_right_time(start_node: StartNode):
    wrong = [await start_node(timepiece=off_by(180)), await start_node(timepiece=off_by(-3_600))]
    for server in wrong:
        assert all(abs(error) < 50 for error in await times_told(server))


async def test_who_is_present_is_told_since_when_by_the_right_time(start_node: StartNode):
    server = await start_node(timepiece=off_by(180))
    async with server.client("ann") as ann:
        ann.watch("chat:1")
        who = ann.watch("presence:chat:1")
        await ann.until(lambda: "ann" in who.rows)
    assert abs(who.rows["ann"]["since"] - time.time() * 1000) < 5_000
    assert abs(server.node.presence._attendance.of("chat:1")["ann"] - time.time() * 1000) < 5_000


async def test_twin_without_the_reference_a_wrong_clock_is_told(start_node: StartNode, host: MemoryHost):
    host.is_away = True
    server = await start_node(timepiece=off_by(180), settings=replace(QUICK, clock_s=1e9))
    host.is_away = False
    assert all(abs(error - 180_000) < 50 for error in await times_told(server))


async def test_time_goes_on_while_the_reference_is_away(start_node: StartNode, host: MemoryHost):
    server = await start_node(timepiece=off_by(180), settings=replace(QUICK, clock_s=0.02))
    await asyncio.sleep(0.2)
    host.is_away = True
    await asyncio.sleep(0.2)
    host.is_away = False
    assert all(abs(error) < 50 for error in await times_told(server))
