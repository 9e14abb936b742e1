"""After the finish everybody has a workout, made of all of their samples, whenever they came."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain import database
from domain.challenges.model import Metric
from domain.identity.model import Actor
from domain.live import actions, queries
from domain.live.errors import NotStarted
from domain.live.model import Result, SessionState
from domain.workouts import actions as workouts
from domain.workouts import queries as log
from domain.workouts.errors import NoSuchWorkout
from domain.workouts.model import Source, Workout, WorkoutDraft
from tests.domain.challenges.people import challenge, seen
from tests.domain.live.rooms import at, finish, join, lobby, ride, room, running, store, stream_of
from tests.support.domains import Domain


async def results(session_id: UUID, reader: Actor) -> list[Result]:
    return await queries.list_results(session_id, reader=reader.member_id)


async def workout_of(session_id: UUID, member: Actor) -> Workout:
    stream = UUID(await stream_of(session_id, member))
    return await log.get_workout(stream, reader=member.member_id)


async def test_the_finish_logs_everybodys_workout(db: Domain) -> None:
    ana, bob, cyd = await db.member("ana"), await db.member("bob"), await db.member("cyd")
    made = await running(ana, bob)
    await join(made, cyd, now=at(30))
    await store(db, made, ana, ride(60))
    await store(db, made, bob, ride(60, speed_m_s=9))
    await finish(db, made, ana, now=at(60))
    assert (await room(made, bob)).session.state is SessionState.FINISHED
    found = await results(made, cyd)
    assert [(one.rank, one.number, one.duration_s, one.distance_m) for one in found] == [
        (1, 2, 60, 540),
        (2, 1, 60, 480),
        (3, 3, 30, None),
    ]
    logged = await workout_of(made, bob)
    assert logged.id == found[0].workout_id
    assert (logged.source, logged.session_id, logged.title) == (Source.LIVE, made, "Lunch intervals")
    assert (logged.distance_m, logged.heart_rate_avg_bpm, logged.duration_s) == (540, 140, 60)
    # Half a minute without a number was a look into the room.
    with pytest.raises(NoSuchWorkout):
        await workout_of(made, cyd)


async def test_a_minute_counts_without_a_number_and_a_number_without_a_minute(db: Domain) -> None:
    ana, bob, cyd = await db.member("ana"), await db.member("bob"), await db.member("cyd")
    made = await running(ana)
    await join(made, bob, now=at(20))
    await join(made, cyd, now=at(70))
    await store(db, made, bob, ride(40)[30:], first_seq=1, now=at(41))
    await actions.leave(made, member_id=bob.member_id, now=at(45))
    await finish(db, made, ana, now=at(100))
    assert (await workout_of(made, ana)).duration_s == 100
    assert (await workout_of(made, bob)).heart_rate_avg_bpm == 140
    # What was measured may come late.
    await store(db, made, cyd, ride(100)[80:], first_seq=1, now=at(120))
    await actions.sweep(now=at(125), vault=db.vault)
    assert (await workout_of(made, cyd)).started_at == at(70)


async def test_a_finished_session_moves_the_boards(db: Domain) -> None:
    ana = await db.member("ana")
    board = await challenge(ana, metric=Metric.DISTANCE, ends_on=date(2026, 6, 20))
    made = await running(ana)
    await store(db, made, ana, ride(60))
    await finish(db, made, ana, now=at(60))
    mine = (await seen(board, ana)).mine
    assert mine is not None
    assert mine.score == 480


async def test_who_left_before_the_start_has_no_workout(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await lobby(ana, bob)
    await actions.leave(made, member_id=bob.member_id, now=at(-20))
    await actions.start(made, by=ana.member_id, countdown_s=0, now=at(0))
    await finish(db, made, ana, now=at(60))
    assert [one.number for one in await results(made, ana)] == [1]
    with pytest.raises(NoSuchWorkout):
        await workout_of(made, bob)


async def test_results_come_with_the_finish(db: Domain) -> None:
    ana = await db.member("ana")
    made = await running(ana)
    with pytest.raises(NotStarted):
        await results(made, ana)
    await asyncio.gather(*(finish(db, made, ana, now=at(60)) for _ in range(5)))
    assert len(await results(made, ana)) == 1
    assert await database.fetchval("SELECT count(*) FROM workout") == 1


async def test_late_samples_get_into_the_workout(db: Domain) -> None:
    ana = await db.member("ana")
    made = await running(ana)
    await store(db, made, ana, ride(20))
    await finish(db, made, ana, now=at(60))
    assert (await workout_of(made, ana)).distance_m == 160
    await store(db, made, ana, ride(60)[21:], first_seq=22, now=at(90))
    await actions.sweep(now=at(95), vault=db.vault)
    assert (await workout_of(made, ana)).distance_m == 480
    assert (await results(made, ana))[0].distance_m == 480
    version = (await workout_of(made, ana)).version
    await actions.sweep(now=at(99), vault=db.vault)
    assert (await workout_of(made, ana)).version == version


async def test_late_samples_do_not_touch_what_its_author_edited(db: Domain) -> None:
    ana = await db.member("ana")
    made = await running(ana)
    await finish(db, made, ana, now=at(60))
    logged = await workout_of(made, ana)
    mine = WorkoutDraft(
        id=logged.id,
        sport=logged.sport,
        started_at=logged.started_at,
        tz=logged.tz,
        duration_s=61,
        distance_m=777,
    )
    await workouts.edit_workout(logged.id, mine, author_id=ana.member_id, now=at(70))
    await store(db, made, ana, ride(60), now=at(90))
    await actions.sweep(now=at(95), vault=db.vault)
    assert (await workout_of(made, ana)).distance_m == 777
    assert (await results(made, ana))[0].distance_m == 480


async def test_a_deleted_workout_does_not_come_back(db: Domain) -> None:
    ana = await db.member("ana")
    made = await running(ana)
    await finish(db, made, ana, now=at(60))
    await workouts.delete_workout((await workout_of(made, ana)).id, author_id=ana.member_id)
    await store(db, made, ana, ride(60), now=at(90))
    await actions.sweep(now=at(95), vault=db.vault)
    with pytest.raises(NoSuchWorkout):
        await workout_of(made, ana)
    assert (await results(made, ana))[0].workout_id is None


async def test_samples_stored_while_the_session_is_finished_are_not_lost(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await running(ana, bob)
    samples = ride(60)

    async def feed(member: Actor) -> None:
        for first in range(0, 61, 10):
            await store(db, made, member, samples[first : first + 10], first_seq=first + 1, now=at(60))

    await asyncio.gather(feed(ana), feed(bob), finish(db, made, ana, now=at(60)))
    await actions.sweep(now=at(63), vault=db.vault)
    assert [one.distance_m for one in await results(made, ana)] == [480, 480]
    assert (await workout_of(made, bob)).distance_m == 480


async def test_two_who_sweep_at_once_settle_once(db: Domain) -> None:
    ana = await db.member("ana")
    made = await running(ana)
    await asyncio.gather(*(actions.sweep(now=at(400), vault=db.vault) for _ in range(4)))
    await store(db, made, ana, ride(60), now=at(410))
    await asyncio.gather(*(actions.sweep(now=at(420), vault=db.vault) for _ in range(4)))
    assert (await workout_of(made, ana)).version == 2
    assert (await workout_of(made, ana)).created_at - at(400) == timedelta(0)
