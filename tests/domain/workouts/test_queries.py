from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from domain.errors import Invalid
from domain.follows import actions as follows
from domain.follows.access import sight_of
from domain.visibility import Visibility
from domain.workouts import actions, queries
from domain.workouts.errors import NoSuchExercise, NoSuchWorkout
from domain.workouts.model import ExerciseEntry, WorkoutSet
from tests.domain.workouts.drafts import a_run, lifting
from tests.support.domains import NOW, Domain


async def test_a_note_is_for_its_author_alone(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    draft = lifting(visibility=Visibility.PUBLIC)
    await actions.log_workout(draft, author_id=ann.member_id, now=NOW)

    assert (await queries.get_workout(draft.id, reader=ann.member_id)).note == "knee felt fine"
    assert (await queries.get_workout(draft.id, reader=bob.member_id)).note is None
    assert (await queries.get_workout(draft.id, reader=None)).note is None


async def test_what_may_not_be_seen_is_not_there(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    draft = a_run(visibility=Visibility.FOLLOWERS)
    await actions.log_workout(draft, author_id=ann.member_id, now=NOW)

    for reader in (bob.member_id, None):
        with pytest.raises(NoSuchWorkout):
            await queries.get_workout(draft.id, reader=reader)
    with pytest.raises(NoSuchWorkout):
        await queries.get_workout(uuid7(), reader=ann.member_id)


async def test_a_list_shows_each_reader_what_is_theirs_to_see(db: Domain) -> None:
    ann, bob, cleo = await db.member("ann"), await db.member("bob"), await db.member("cleo")
    for visibility in Visibility:
        await actions.log_workout(a_run(visibility=visibility), author_id=ann.member_id, now=NOW)
    await follows.follow("ann", follower_id=bob.member_id, now=NOW)
    await follows.approve(bob.member_id, followee_id=ann.member_id, now=NOW)

    async def seen(reader: object) -> set[Visibility]:
        sight = await sight_of("ann", reader=reader)  # type: ignore[arg-type]
        page = await queries.list_workouts(sight, reader=reader)  # type: ignore[arg-type]
        return {workout.visibility for workout in page.items}

    assert await seen(ann.member_id) == {Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.PRIVATE}
    assert await seen(bob.member_id) == {Visibility.PUBLIC, Visibility.FOLLOWERS}
    assert await seen(cleo.member_id) == {Visibility.PUBLIC}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hours_ago=st.lists(st.integers(0, 5), min_size=1, max_size=9),
    limit=st.integers(1, 4),
)
async def test_pages_hold_every_workout_once_newest_first(
    db: Domain, hours_ago: list[int], limit: int
) -> None:
    """Also where many started at the same moment."""
    author = await db.member(f"p{uuid7().hex[-20:]}")
    for hours in hours_ago:
        await actions.log_workout(
            a_run(started_at=NOW - timedelta(hours=hours)), author_id=author.member_id, now=NOW
        )
    sight = await sight_of(author.member_id, reader=author.member_id)

    found, cursor = [], None
    while True:
        page = await queries.list_workouts(sight, reader=author.member_id, cursor=cursor, limit=limit)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
        assert len(page.items) == limit

    places = [(one.started_at, one.id) for one in found]
    assert places == sorted(set(places), reverse=True)
    assert len(found) == len(hours_ago)


async def test_a_workout_logged_between_two_pages_moves_no_other(db: Domain) -> None:
    ann = await db.member("ann")
    for hours in range(1, 5):
        await actions.log_workout(
            a_run(started_at=NOW - timedelta(hours=hours)), author_id=ann.member_id, now=NOW
        )
    sight = await sight_of("ann", reader=ann.member_id)
    first = await queries.list_workouts(sight, reader=ann.member_id, limit=2)

    await actions.log_workout(a_run(started_at=NOW), author_id=ann.member_id, now=NOW)
    second = await queries.list_workouts(sight, reader=ann.member_id, limit=2, cursor=first.next_cursor)

    assert [NOW - one.started_at for one in second.items] == [timedelta(hours=3), timedelta(hours=4)]
    assert second.next_cursor is None


async def test_a_cursor_that_is_not_ours_is_refused(db: Domain) -> None:
    ann = await db.member("ann")
    sight = await sight_of("ann", reader=ann.member_id)

    with pytest.raises(Invalid) as refusal:
        await queries.list_workouts(sight, reader=ann.member_id, cursor="bm9wZQ")

    assert [error.pointer for error in refusal.value.errors] == ["/cursor"]


async def test_the_last_sets_are_those_done_last_not_those_logged_last(db: Domain) -> None:
    ann = await db.member("ann")
    today = lifting(exercises=[ExerciseEntry("dip", [WorkoutSet(reps=12)])])
    last_week = lifting(
        started_at=NOW - timedelta(days=7), exercises=[ExerciseEntry("dip", [WorkoutSet(reps=8)])]
    )
    await actions.log_workout(today, author_id=ann.member_id, now=NOW)
    await actions.log_workout(last_week, author_id=ann.member_id, now=NOW)

    assert await queries.find_last_entry("dip", author_id=ann.member_id) == today.exercises[0]


async def test_the_last_sets_are_ones_own(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.log_workout(lifting(visibility=Visibility.PUBLIC), author_id=ann.member_id, now=NOW)

    assert await queries.find_last_entry("back-squat", author_id=bob.member_id) is None
    with pytest.raises(NoSuchExercise):
        await queries.find_last_entry("levitation", author_id=bob.member_id)
