"""Nodes die, are cut off, are restarted, lose messages and have the wrong time, during steady load.

After each: every acknowledged event was seen exactly once and in order by everybody, states are equal
everywhere and those of PostgreSQL, every sample is stored, and presence is true. The times that are promised
are asserted, but for what the machine itself held up (`tests.faults.stalls`); what was measured is shown at
the end of the run. Nothing sleeps but to let load go on while something is broken.
"""

import asyncio
import time

import pytest

from tests.faults import truth
from tests.faults.cluster import TOO_SLOW, Cluster
from tests.faults.conftest import IS_LONG
from tests.faults.crowd import gathered
from tests.faults.guests import Guest
from tests.faults.history import check_steady
from tests.faults.promises import (
    HEALED_S,
    LIVELY_S,
    NOTICED_S,
    PRESENCE_S,
    PUNCTUAL_S,
    RELAYED_S,
    RESUMED_S,
    REVOKED_S,
    WARM_S,
    Measured,
    heals,
    herd,
)
from tests.faults.stalls import Stopwatch

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_on_a_calm_day_nothing_is_lost(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            measured("a line reaches everybody after", await crowd.hears(within_s=1))
        assert await crowd.problems(within_s=2) == []


async def test_a_node_is_killed(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        doomed = cluster.seats[0]
        ghost = crowd.guests[0]
        assert ghost.node == await cluster.name(doomed)
        stayed = [str(guest.member.id) for guest in crowd.guests if guest.member is not ghost.member]
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            there = [guest for guest in crowd.guests if guest.node == ghost.node and guest is not ghost]
            before = {guest: len(guest.welcomed_at) for guest in there}
            watch = Stopwatch(cluster.stalls)
            doomed.kill()
            resumed = await crowd.wait(
                lambda: all(len(guest.welcomed_at) > before[guest] for guest in there), within_s=RESUMED_S
            )
            measured("resumed elsewhere after", resumed)
            back = asyncio.create_task(cluster.take_seat(doomed))
            await asyncio.sleep(WARM_S)
        await back
        assert await crowd.problems(within_s=HEALED_S) == []
        # Somebody whose connections died with the node, and who does not come back.
        await crowd.desert(ghost.member)
        await crowd.wait(lambda: not crowd.absent(), within_s=PRESENCE_S)
        measured("presence exact after", watch.passed_s)
        journals = [guest.journal for guest in crowd.guests]
        assert check_steady(crowd.presence, stayed, journals) == []


async def test_a_node_is_cut_off_from_both(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            alone = cluster.seats[-1]
            await alone.postgres.cut()
            await alone.redis.cut()
            await asyncio.sleep(2 * WARM_S)
            await alone.postgres.mend()
            await alone.redis.mend()
            await heals(cluster, crowd, measured)
            await asyncio.sleep(WARM_S)
        assert await crowd.problems(within_s=HEALED_S) == []


async def test_what_a_node_left_that_died_after_its_commit_is_told_by_another(
    cluster: Cluster, measured: Measured
):
    async with gathered(cluster, await cluster.members(4)) as crowd:
        doomed = cluster.seats[0]
        speaker = next(guest for guest in crowd.guests if guest.home == doomed.number)
        others = [guest for guest in crowd.guests if guest.home != doomed.number]
        async with cluster.without("survival of the next commit", at=doomed):
            saying = asyncio.create_task(crowd.line(speaker))
            await crowd.wait(lambda: not doomed.is_open)
            watch = Stopwatch(cluster.stalls)
            head = (await truth.log(crowd.session)).head
            await crowd.wait(lambda: all(crowd.has(guest, head) for guest in others), within_s=RELAYED_S)
            measured("told by another after", watch.passed_s)
            assert await saying == head
        await cluster.take_seat(doomed)
        async with crowd.load():
            await asyncio.sleep(WARM_S)
        assert await crowd.problems(within_s=HEALED_S) == []


async def test_what_is_revoked_ends_also_on_a_node_that_hears_nothing(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        deaf, hearing = cluster.seats[-1], cluster.seats[0]
        robbed, blocked = [Guest(cluster, member, [crowd.room], home=deaf.number)
                           for member in await cluster.members(2)]  # fmt: skip
        await crowd.enter(robbed)
        await crowd.enter(blocked)
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            deaf.redis.swallow()
            watch = Stopwatch(cluster.stalls)
            token = f"/api/me/tokens/{robbed.member.token_id}"
            await cluster.in_browser(robbed.member, "DELETE", token, at=hearing)
            block = f"/api/members/{blocked.member.handle}/block"
            await cluster.in_browser(crowd.members[0], "PUT", block, at=hearing)
            await crowd.wait(lambda: "" in robbed.ended and crowd.room in blocked.ended, within_s=REVOKED_S)
            measured("ended after", watch.passed_s)
            await deaf.redis.mend()
            await heals(cluster, crowd, measured)
        assert await crowd.problems(within_s=HEALED_S) == []


async def test_messages_between_nodes_are_lost(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.loss(one_in=100 if IS_LONG else 10) as losses:
            async with crowd.load():
                await asyncio.sleep(20 if IS_LONG else 4)
                measured("a line reaches everybody after", await crowd.hears(within_s=HEALED_S))
            assert await crowd.problems(within_s=HEALED_S) == []
        lost = sum(loss.lost for loss in losses)
        assert lost > 5, f"only {lost} messages were lost: that proves little"


async def test_a_lost_end_is_noticed(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(4)) as crowd:
        async with crowd.load():
            await asyncio.sleep(WARM_S)
        others = [guest for guest in crowd.guests if guest.home != crowd.guests[0].home]
        async with crowd.loss(one_in=1):
            seq = await crowd.line(crowd.guests[0])
            watch = Stopwatch(cluster.stalls)
            await crowd.wait(lambda: cluster.seats[others[0].home].loss.lost > 0)
        await crowd.wait(lambda: all(crowd.has(guest, seq) for guest in others), within_s=NOTICED_S)
        measured("noticed after", watch.passed_s)
        assert await crowd.problems(within_s=HEALED_S) == []


async def test_who_does_not_read_harms_nobody_else_and_comes_back_to_everything(
    cluster: Cluster, measured: Measured
):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        memory = await cluster.sum_of("process_resident_memory_bytes")
        closed = await cluster.sum_of(TOO_SLOW)
        stalled = [crowd.guest(member, home=n) for n, member in enumerate(crowd.members[:2])]
        for guest in stalled:
            await crowd.enter(guest)
        async with crowd.load():
            for guest in stalled:
                guest.stall()
            watch = Stopwatch(cluster.stalls)
            while await cluster.sum_of("pulse_live_choked") < len(stalled):
                assert watch.passed_s < 30, "they are never skipped"
                await crowd.burst(100, size=5_000)
            measured("a line reaches the others after", await crowd.hears(within_s=LIVELY_S, but=stalled))
            while await cluster.sum_of(TOO_SLOW) < closed + len(stalled):
                assert watch.passed_s < 60, "they are never closed"
                await crowd.hears(within_s=LIVELY_S, but=stalled)
                await asyncio.sleep(2 * LIVELY_S)
            grown = await cluster.sum_of("process_resident_memory_bytes") - memory
            for guest in stalled:
                guest.wake()
        assert await crowd.problems(within_s=RESUMED_S) == []
        assert grown < 64 * 2**20, f"{grown / 2**20:.0f} MB more"


async def test_a_rolling_restart_loses_nothing_and_nobody_seems_to_leave(
    cluster: Cluster, measured: Measured
):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        idle = await crowd.idlers(40, home=0)
        async with crowd.load():
            await asyncio.sleep(WARM_S)
            for seat in cluster.seats:
                await cluster.restart(seat)
                if seat.number == 0:
                    at_once = herd(idle)
            await asyncio.sleep(WARM_S)
            measured("a line reaches everybody after", await crowd.hears(within_s=LIVELY_S))
        assert await crowd.problems(within_s=HEALED_S) == []
        everybody = sorted(crowd.expected_here())
        assert check_steady(crowd.presence, everybody, [guest.journal for guest in crowd.guests]) == []
        measured("of 40, the most that came in half a second:", at_once)
        assert at_once <= len(idle) / 2, "a herd"


async def test_a_clock_jumps(cluster: Cluster, measured: Measured):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with crowd.load():
            for ahead_s in (180.0, -180.0, 0.0):
                await cluster.set_clock(cluster.seats[-1], ahead_s)
                watch = Stopwatch(cluster.stalls)
                told_s = await cluster.time_at(cluster.seats[-1])
                assert abs(told_s - time.time()) < PUNCTUAL_S + watch.passed_s
                await asyncio.sleep(WARM_S)
                measured(f"at {ahead_s:+.0f} s, a line reaches everybody after",
                         await crowd.hears(within_s=LIVELY_S))  # fmt: skip
        assert await crowd.problems(within_s=HEALED_S) == []


async def test_in_the_end_the_nodes_are_as_they_were(cluster: Cluster, measured: Measured):
    watch = Stopwatch(cluster.stalls)
    while left := await cluster.left_over():
        assert watch.passed_s < 30 + watch.stalled_s, left
        await asyncio.sleep(0.5)
        print(f"{watch.passed_s:.1f} s: {left}")
    measured("everything given back after", watch.passed_s)
