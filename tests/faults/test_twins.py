"""Twins: each takes one means away, does the fault that it is for, and must see the promise broken.

A checker that finds nothing proves nothing unless it would have found something.
"""

import asyncio
from collections.abc import Sequence

import pytest

from tests.faults.cluster import Cluster
from tests.faults.crowd import gathered
from tests.faults.guests import Guest
from tests.faults.history import Problem, check_steady
from tests.faults.promises import NOTICED_S, PRESENCE_S, REVOKED_S, WARM_S, herd

pytestmark = pytest.mark.asyncio(loop_scope="module")

_PATIENCE_S = 1.5
"""A broken promise stays broken: it need not be waited for as long as a promise is given."""


def kinds(problems: Sequence[Problem]) -> set[str]:
    return {problem.kind for problem in problems}


async def test_without_the_relay_what_a_dead_node_left_is_told_by_nobody(cluster: Cluster):
    async with gathered(cluster, await cluster.members(4)) as crowd:
        doomed = cluster.seats[0]
        speaker = next(guest for guest in crowd.guests if guest.home == doomed.number)
        async with cluster.without("relay"), cluster.without("survival of the next commit", at=doomed):
            await crowd.line(speaker)
            assert "unseen" in kinds(await crowd.problems(within_s=_PATIENCE_S))


async def test_without_positions_whoever_comes_back_misses_something(cluster: Cluster):
    async with gathered(cluster, await cluster.members(8)) as crowd:
        async with cluster.without("positions"), crowd.load():
            await asyncio.sleep(WARM_S)
            async with crowd.guests[-1].absence():
                # Long enough for something to be said meanwhile.
                await crowd.line(crowd.guests[-2])
        assert "unresumed" in kinds(await crowd.problems(within_s=_PATIENCE_S))


async def test_without_gap_repair_lost_messages_are_missed(cluster: Cluster):
    async with gathered(cluster, await cluster.members(8)) as crowd, cluster.without("gap repair"):
        async with crowd.loss(one_in=5), crowd.load():
            await asyncio.sleep(2 * WARM_S)
        assert "unseen" in kinds(await crowd.problems(within_s=_PATIENCE_S))


async def test_without_the_digest_a_lost_end_is_not_noticed(cluster: Cluster):
    async with gathered(cluster, await cluster.members(4)) as crowd, cluster.without("digest"):
        async with crowd.loss(one_in=1):
            await crowd.line(crowd.guests[0])
            await crowd.wait(lambda: any(seat.loss.lost for seat in cluster.seats))
        assert "unseen" in kinds(await crowd.problems(within_s=NOTICED_S))


async def test_without_nudges_boards_stand_still(cluster: Cluster):
    async with gathered(cluster, await cluster.members(4)) as crowd, cluster.without("nudges", "told states"):
        await crowd.workout(crowd.members[0])
        assert "differs" in kinds(await crowd.problems(within_s=_PATIENCE_S))


async def test_without_grace_a_reconnect_is_a_coming_and_going(cluster: Cluster):
    async with gathered(cluster, await cluster.members(4), tabs=0) as crowd, cluster.without("grace"):
        async with crowd.guests[0].absence():
            await asyncio.sleep(_PATIENCE_S)
        await crowd.sees_everybody()
        everybody = sorted(crowd.expected_here())
        journals = [guest.journal for guest in crowd.guests]
        assert kinds(check_steady(crowd.presence, everybody, journals)) == {"flicker"}


async def test_without_durable_storage_samples_are_called_durable_that_are_lost(cluster: Cluster):
    async with gathered(cluster, await cluster.members(4)) as crowd:
        async with cluster.without("durable samples"), crowd.load():
            await asyncio.sleep(WARM_S)
        assert "unstored" in kinds(await crowd.problems(within_s=_PATIENCE_S))


async def test_without_the_vigil_a_deaf_node_goes_on_serving_what_was_revoked(cluster: Cluster):
    async with gathered(cluster, await cluster.members(4)) as crowd:
        deaf, hearing = cluster.seats[-1], cluster.seats[0]
        robbed = Guest(cluster, (await cluster.members(1))[0], [crowd.session], home=deaf.number)
        await crowd.enter(robbed)
        async with cluster.without("vigil"):
            deaf.redis.swallow()
            token = f"/api/me/tokens/{robbed.member.token_id}"
            await cluster.in_browser(robbed.member, "DELETE", token, at=hearing)
            await asyncio.sleep(REVOKED_S)
            assert "" not in robbed.ended


@pytest.mark.long
async def test_without_a_resync_a_node_that_was_deaf_stays_behind(cluster: Cluster):
    async with gathered(cluster, await cluster.members(4)) as crowd, cluster.without("resync"):
        alone = cluster.seats[-1]
        await alone.redis.cut()
        await crowd.line(crowd.guests[0])
        # Longer than the others go on telling where their channels are.
        await asyncio.sleep(8)
        await alone.redis.mend()
        await cluster.is_well()
        assert "unseen" in kinds(await crowd.problems(within_s=NOTICED_S))


@pytest.mark.long
async def test_without_leases_the_members_of_a_dead_node_stay(cluster: Cluster):
    async with gathered(cluster, await cluster.members(4), tabs=0) as crowd, cluster.without("leases"):
        ghost = crowd.guests[0]
        cluster.seats[ghost.home].kill()
        await crowd.desert(ghost.member)
        await asyncio.sleep(PRESENCE_S)
        assert kinds(crowd.absent()) == {"presence"}


@pytest.mark.long
async def test_without_skipping_the_slow_nobody_is_ever_closed(cluster: Cluster):
    async with gathered(cluster, await cluster.members(4)) as crowd:
        memory = await cluster.sum_of("process_resident_memory_bytes")
        async with cluster.without("skipping of slow readers"):
            crowd.guests[0].stall()
            for _ in range(100):
                await crowd.burst(100, size=5_000)
            await crowd.wait(lambda: crowd.has(crowd.guests[1], 10_000), within_s=60)
            assert await cluster.sum_of("pulse_live_choked") == 0
            assert await cluster.sum_of("process_resident_memory_bytes") > memory + 32 * 2**20


@pytest.mark.long
async def test_without_draining_everybody_comes_at_once(cluster: Cluster):
    async with gathered(cluster, await cluster.members(4)) as crowd, cluster.without("drain"):
        idle = await crowd.idlers(40, home=0)
        await cluster.restart(cluster.seats[0])
        assert herd(idle) > len(idle) / 2


@pytest.mark.long
async def test_without_synchronous_commits_a_crash_loses_what_was_acknowledged(cluster: Cluster):
    members = await cluster.members(8)
    async with gathered(cluster, members) as crowd, cluster.written_later(), crowd.load():
        await asyncio.sleep(2 * WARM_S)
        cluster.crash_postgres()
        cluster.postgres.start()
        await cluster.is_well()
        assert "lost" in kinds(await crowd.problems(within_s=_PATIENCE_S))
