"""Scores follow the log, whatever happens to it and in whatever order."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from domain import database
from domain.challenges import actions, queries, scoring
from domain.challenges.model import Metric, Standing
from domain.challenges.scoring import Effort, Terms
from domain.identity.model import Actor
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


async def test_the_live_board_carries_the_version_that_it_shows(db: Domain) -> None:
    ana = await db.member("ana")
    made = await challenge(ana)
    await logs(ana, run(5_000))
    epoch, seq, rows = await queries.read_board(made)
    told = [one for one in db.announced if one.channel == f"board:{made}"]
    assert (epoch, seq) == (told[-1].epoch, told[-1].seq)
    assert rows["#"] == {"participants": 1}
    assert rows[str(ana.member_id)]["score"] == 5_000
    shown = await queries.standings(made, reader=None)
    assert (shown.epoch, shown.seq) == (epoch, seq)


async def test_thousands_of_small_distances_do_not_drift(db: Domain) -> None:
    ana = await db.member("ana")
    made = await challenge(ana)
    drafts = [run(0.1 * (n % 7 + 1)) for n in range(60)]
    for draft in drafts:
        await logs(ana, draft)
    for draft in drafts[1:]:
        await workouts.delete_workout(draft.id, author_id=ana.member_id)
    assert await places(made) == [(1, "ana", 0.1, 1)]


async def test_many_logs_at_once_add_up(db: Domain) -> None:
    ana = await db.member("ana")
    made, other = await challenge(ana), await challenge(ana, metric=Metric.COUNT)
    await asyncio.gather(*(logs(ana, run(100)) for _ in range(30)))
    assert await places(made) == [(1, "ana", 3_000, 30)]
    assert await places(other) == [(1, "ana", 30, 30)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["log", "edit", "delete", "join", "leave"]),
        st.integers(0, 1),
        st.integers(0, 4),
        st.floats(0, 20_000, allow_nan=False),
        st.sampled_from([-40, -1, 0]),
        st.sampled_from(list(Visibility)),
        st.sampled_from([Sport.RUN, Sport.RIDE]),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_any_history_gives_the_standings_of_a_fresh_count(db: Domain, steps: list[Any]) -> None:
    people = [await db.member(f"m{uuid7().hex[-12:]}") for _ in range(2)]
    made = [await challenge(people[0]), await challenge(people[0], sports=[Sport.RIDE], metric=Metric.COUNT)]
    ids = [uuid7() for _ in range(5)]
    for what, who, which, distance_m, days, visibility, sport in steps:
        started_at = NOW + timedelta(days=days)
        draft = run(distance_m, id=ids[which], started_at=started_at, visibility=visibility, sport=sport)
        await _do(what, people[who], draft, made)
    for challenge_id in made:
        await _compare(challenge_id)


async def _do(what: str, member: Actor, draft: Any, made: list[UUID]) -> None:
    try:
        match what:
            case "log":
                await logs(member, draft)
            case "edit":
                await edits(member, draft)
            case "delete":
                await workouts.delete_workout(draft.id, author_id=member.member_id)
            case "join":
                await actions.join(made[draft.sport == Sport.RIDE], member_id=member.member_id, now=NOW)
            case "leave":
                await actions.leave(made[draft.sport == Sport.RIDE], member_id=member.member_id)
    except (workouts.NoSuchWorkout, workouts.WorkoutIdTaken):
        pass  # a history may well try what cannot be done


async def _compare(challenge_id: UUID) -> None:
    """The stored standings, against the pure rules over what is in the log."""
    row = await database.fetchrow("SELECT * FROM challenge WHERE id = $1", challenge_id)
    terms = Terms(
        Metric(row["metric"]), frozenset(map(Sport, row["sports"])), row["starts_at"], row["ends_at"]
    )
    scores = []
    members = await database.fetch("SELECT * FROM challenge_member WHERE challenge_id = $1", challenge_id)
    for member in members:
        log = await database.fetch("SELECT * FROM workout WHERE author_id = $1", member["member_id"])
        entries = (scoring.entry(_effort(one), terms) for one in log)
        counted = [entry for entry in entries if entry is not None]
        scores.append((member["member_id"], scoring.score(counted, joined_at=member["joined_at"])))
    expected = [
        (rank, member_id, float(score.total), score.workouts)
        for rank, member_id, score in scoring.ranked(scores)
    ]
    shown: list[Standing] = (await queries.standings(challenge_id, reader=None)).top
    assert [(one.rank, one.member.id, one.score, one.workouts) for one in shown] == expected


def _effort(row: Any) -> Effort:
    return Effort(
        workout_id=row["id"],
        sport=Sport(row["sport"]),
        started_at=row["started_at"],
        duration_s=row["duration_s"],
        distance_m=row["distance_m"],
        volume_kg=row["volume_kg"],
        visibility=Visibility(row["visibility"]),
    )


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.FOLLOWERS])
async def test_what_only_followers_see_counts_too(db: Domain, visibility: Visibility) -> None:
    ana = await db.member("ana")
    made = await challenge(ana)
    await logs(ana, run(5_000, visibility=visibility))
    assert await places(made) == [(1, "ana", 5_000, 1)]
