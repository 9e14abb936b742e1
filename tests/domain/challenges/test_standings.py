"""Scores follow the log, whatever happens to it and in whatever order."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain.challenges import actions, queries
from domain.challenges.model import Metric
from domain.visibility import Visibility
from domain.workouts import actions as workouts
from domain.workouts.model import Sport
from tests.domain.challenges.people import challenge, edits, logs, run, seen
from tests.support.domains import NOW, Domain


async def places(challenge_id: UUID) -> list[tuple[int, str, float, int]]:
    top = (await queries.standings(challenge_id, reader=None)).top
    return [(one.rank, one.member.handle, one.score, one.workouts) for one in top]


async def test_logging_editing_and_deleting_move_the_board(db: Domain) -> None:
    ana, bo = await db.member("ana"), await db.member("bob")
    made = await challenge(ana)
    await actions.join(made, member_id=bo.member_id, now=NOW)
    first = run(5_000)
    await logs(ana, first)
    await logs(bo, run(7_000))
    assert await places(made) == [(1, "bob", 7_000, 1), (2, "ana", 5_000, 1)]
    await edits(ana, run(8_000, id=first.id))
    assert await places(made) == [(1, "ana", 8_000, 1), (2, "bob", 7_000, 1)]
    await workouts.delete_workout(first.id, author_id=ana.member_id)
    assert await places(made) == [(1, "bob", 7_000, 1), (2, "ana", 0, 0)]


async def test_an_edit_that_leaves_the_window_or_turns_private_takes_the_entry_away(db: Domain) -> None:
    ana = await db.member("ana")
    made = await challenge(ana)
    first = run(5_000)
    await logs(ana, first)
    for edit in (
        run(5_000, id=first.id, started_at=NOW - timedelta(days=40)),
        run(5_000, id=first.id, visibility=Visibility.PRIVATE),
    ):
        await edits(ana, edit)
        assert await places(made) == [(1, "ana", 0, 0)]
        await edits(ana, run(5_000, id=first.id))
        assert await places(made) == [(1, "ana", 5_000, 1)]


async def test_a_board_is_told_once_for_each_transaction_that_moves_it(db: Domain) -> None:
    ana = await db.member("ana")
    made, rides = await challenge(ana), await challenge(ana, sports=[Sport.RIDE])
    db.announced.clear()
    await logs(ana, run(5_000))
    assert db.channels().count(f"board:{made}") == 1
    assert f"board:{rides}" not in db.channels()


async def test_an_edit_of_the_title_does_not_move_the_board(db: Domain) -> None:
    ana = await db.member("ana")
    made = await challenge(ana)
    first = run(5_000)
    await logs(ana, first)
    db.announced.clear()
    await edits(ana, run(5_000, id=first.id, title="Slow"))
    assert f"board:{made}" not in db.channels()


async def test_ties_share_a_rank_and_who_got_there_first_stands_first(db: Domain) -> None:
    ana, bo, cy = await db.member("ana"), await db.member("bob"), await db.member("cyd")
    made = await challenge(ana)
    for member in (bo, cy):
        await actions.join(made, member_id=member.member_id, now=NOW)
    await logs(ana, run(5_000, started_at=NOW - timedelta(hours=1)))
    await logs(bo, run(5_000, started_at=NOW - timedelta(hours=3)))
    await logs(cy, run(1_000))
    assert [(rank, handle) for rank, handle, *_ in await places(made)] == [(1, "bob"), (1, "ana"), (3, "cyd")]
    mine = (await seen(made, cy)).mine
    assert mine is not None
    assert mine.rank == 3


async def test_around_me_are_those_just_before_and_behind(db: Domain) -> None:
    people = [await db.member(f"runner_{n}") for n in range(10)]
    made = await challenge(people[0])
    for n, member in enumerate(people):
        await actions.join(made, member_id=member.member_id, now=NOW)
        await logs(member, run(10_000 - 1_000 * n))
    around = (await queries.standings(made, reader=people[5].member_id)).around_me
    assert [one.rank for one in around] == [3, 4, 5, 6, 7, 8, 9]
    assert around[3].member.id == people[5].member_id
    first = (await queries.standings(made, reader=people[0].member_id)).around_me
    assert [one.rank for one in first] == [1, 2, 3, 4]


async def test_ranks_around_me_share_ties_as_the_top_does(db: Domain) -> None:
    people = [await db.member(f"runner_{n}") for n in range(12)]
    made = await challenge(people[0])
    for n, member in enumerate(people):
        await actions.join(made, member_id=member.member_id, now=NOW)
        await logs(member, run(10_000 - 1_000 * (n // 3)))
    top = (await queries.standings(made, reader=None)).top
    for place, one in enumerate(top):
        around = (await queries.standings(made, reader=one.member.id)).around_me
        assert around == top[max(0, place - 3) : place + 4]


async def test_thousands_of_small_distances_do_not_drift(db: Domain) -> None:
    ana = await db.member("ana")
    made = await challenge(ana)
    drafts = [run(0.1 * (n % 7 + 1), started_at=NOW - timedelta(hours=n + 2)) for n in range(60)]
    for draft in drafts:
        await logs(ana, draft)
    for draft in drafts[1:]:
        await workouts.delete_workout(draft.id, author_id=ana.member_id)
    assert await places(made) == [(1, "ana", 0.1, 1)]


async def test_many_logs_at_once_add_up(db: Domain) -> None:
    ana = await db.member("ana")
    made, other = await challenge(ana), await challenge(ana, metric=Metric.COUNT)
    await asyncio.gather(*(logs(ana, run(100, started_at=NOW - timedelta(hours=n + 2))) for n in range(30)))
    assert await places(made) == [(1, "ana", 3_000, 30)]
    assert await places(other) == [(1, "ana", 30, 30)]


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.FOLLOWERS])
async def test_what_only_followers_see_counts_too(db: Domain, visibility: Visibility) -> None:
    ana = await db.member("ana")
    made = await challenge(ana)
    await logs(ana, run(5_000, visibility=visibility))
    assert await places(made) == [(1, "ana", 5_000, 1)]
