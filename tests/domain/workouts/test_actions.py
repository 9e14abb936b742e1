import asyncio
from datetime import timedelta

import asyncpg
import msgspec
import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.visibility import Visibility
from domain.workouts import actions, queries
from domain.workouts.actions import Logged
from domain.workouts.errors import NoSuchWorkout, WorkoutIdTaken, WorkoutRefused, WorkoutWasDeleted
from domain.workouts.model import ExerciseEntry, Source, WorkoutSet
from tests.domain.workouts.drafts import a_run, lifting
from tests.support.domains import NOW, Domain

LATER = NOW + timedelta(days=1)


async def counts(*tables: str) -> dict[str, int]:
    return {table: await database.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


def told(db: Domain) -> list[tuple[str, str]]:
    """Channel kind and event type, in order of channels."""
    return [
        (one.channel.partition(":")[0], msgspec.json.decode(one.payload)["type"])
        for one in db.announced
        if one.payload is not None
    ]


async def test_what_is_logged_is_what_is_read(db: Domain) -> None:
    ann = await db.member("ann")

    logged = await actions.log_workout(lifting(), author_id=ann.member_id, now=NOW)

    assert logged.created
    assert await queries.get_workout(logged.workout.id, reader=ann.member_id) == logged.workout
    assert (logged.workout.volume_kg, logged.workout.set_count) == (1_000, 3)
    assert logged.workout.author.handle == "ann"


async def test_one_write_is_workout_sets_post_and_events(db: Domain) -> None:
    ann = await db.member("ann")

    await actions.log_workout(lifting(visibility=Visibility.PUBLIC), author_id=ann.member_id, now=NOW)

    assert await counts("workout", "workout_exercise", "workout_set", "post") == {
        "workout": 1,
        "workout_exercise": 2,
        "workout_set": 4,
        "post": 1,
    }
    assert sorted(told(db)) == [("author", "PostPublished"), ("member", "WorkoutLogged")]


async def test_nobody_but_the_author_hears_of_a_private_workout(db: Domain) -> None:
    ann = await db.member("ann")

    await actions.log_workout(a_run(visibility=Visibility.PRIVATE), author_id=ann.member_id, now=NOW)

    assert db.channels() == [f"member:{ann.member_id}"]
    assert await counts("post") == {"post": 0}


async def test_logging_again_gives_what_is_stored_and_tells_nobody(db: Domain) -> None:
    ann = await db.member("ann")
    draft = lifting()
    first = await actions.log_workout(draft, author_id=ann.member_id, now=NOW)
    db.announced.clear()

    again = await actions.log_workout(draft, author_id=ann.member_id, now=LATER)

    assert again == Logged(first.workout, created=False)
    assert db.announced == []


async def test_an_id_of_somebody_else_is_refused_and_says_nothing_of_them(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    draft = a_run(visibility=Visibility.PRIVATE, title="secret")
    await actions.log_workout(draft, author_id=ann.member_id, now=NOW)

    with pytest.raises(WorkoutIdTaken) as refusal:
        await actions.log_workout(a_run(id=draft.id), author_id=bob.member_id, now=NOW)

    assert "secret" not in refusal.value.detail
    assert (await queries.get_workout(draft.id, reader=ann.member_id)).title == "secret"


async def test_fifty_creations_with_one_id_are_one_workout(db: Domain) -> None:
    ann = await db.member("ann")
    draft = lifting()

    logged = await asyncio.gather(
        *(actions.log_workout(draft, author_id=ann.member_id, now=NOW) for _ in range(50))
    )

    assert [one.created for one in logged].count(True) == 1
    assert {msgspec.json.encode(one.workout) for one in logged} == {msgspec.json.encode(logged[0].workout)}
    assert await counts("workout", "workout_set", "post") == {"workout": 1, "workout_set": 4, "post": 1}


async def test_a_refused_workout_leaves_nothing(db: Domain) -> None:
    ann = await db.member("ann")

    with pytest.raises(WorkoutRefused) as refusal:
        await actions.log_workout(
            lifting(exercises=[ExerciseEntry("levitation", [WorkoutSet(reps=1)])]),
            author_id=ann.member_id,
            now=NOW,
        )

    assert [error.pointer for error in refusal.value.errors] == ["/exercises/0/exercise"]
    assert await counts("workout", "post", "outbox") == {"workout": 0, "post": 0, "outbox": 0}


async def test_an_edit_replaces_the_sets_and_changes_the_post(db: Domain) -> None:
    ann = await db.member("ann")
    draft = lifting(visibility=Visibility.PUBLIC)
    await actions.log_workout(draft, author_id=ann.member_id, now=NOW)
    db.announced.clear()

    shorter = lifting(id=draft.id, exercises=[ExerciseEntry("dip", [WorkoutSet(reps=12)])])
    edited = await actions.edit_workout(draft.id, shorter, author_id=ann.member_id, now=LATER)

    assert (edited.version, edited.volume_kg, edited.set_count) == (2, 0, 1)
    assert await queries.get_workout(draft.id, reader=ann.member_id) == edited
    assert await counts("workout_exercise", "workout_set") == {"workout_exercise": 1, "workout_set": 1}
    assert sorted(told(db)) == [("author", "PostChanged"), ("member", "WorkoutEdited")]


async def test_an_edit_of_the_note_alone_is_no_news_for_others(db: Domain) -> None:
    ann = await db.member("ann")
    draft = lifting(visibility=Visibility.PUBLIC)
    await actions.log_workout(draft, author_id=ann.member_id, now=NOW)
    db.announced.clear()

    await actions.edit_workout(
        draft.id, msgspec.structs.replace(draft, note="it hurt"), author_id=ann.member_id, now=LATER
    )

    assert told(db) == [("member", "WorkoutEdited")]


async def test_an_edit_that_says_nothing_new_tells_nobody(db: Domain) -> None:
    ann = await db.member("ann")
    draft = lifting()
    await actions.log_workout(draft, author_id=ann.member_id, now=NOW)
    db.announced.clear()

    assert (await actions.edit_workout(draft.id, draft, author_id=ann.member_id, now=LATER)).version == 1
    assert db.announced == []


async def test_another_members_workout_is_not_there_to_edit_or_delete(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    draft = a_run(visibility=Visibility.PUBLIC)
    await actions.log_workout(draft, author_id=ann.member_id, now=NOW)

    with pytest.raises(NoSuchWorkout):
        await actions.edit_workout(draft.id, draft, author_id=bob.member_id, now=NOW)
    with pytest.raises(NoSuchWorkout):
        await actions.delete_workout(draft.id, author_id=bob.member_id)
    with pytest.raises(NoSuchWorkout):
        await actions.edit_workout(uuid7(), draft, author_id=ann.member_id, now=NOW)


async def test_twenty_edits_at_once_are_twenty_versions_and_one_set_of_sets(db: Domain) -> None:
    ann = await db.member("ann")
    draft = lifting()
    await actions.log_workout(draft, author_id=ann.member_id, now=NOW)

    await asyncio.gather(
        *(
            actions.edit_workout(
                draft.id,
                lifting(
                    id=draft.id,
                    title=f"take {take}",
                    exercises=[ExerciseEntry("dip", [WorkoutSet(reps=take)])],
                ),
                author_id=ann.member_id,
                now=LATER,
            )
            for take in range(1, 21)
        )
    )

    stored = await queries.get_workout(draft.id, reader=ann.member_id)
    assert stored.version == 21
    assert stored.title == f"take {stored.exercises[0].sets[0].reps}"
    assert await counts("workout_set") == {"workout_set": 1}


async def test_a_deleted_workout_takes_its_sets_and_its_post(db: Domain) -> None:
    ann = await db.member("ann")
    draft = lifting(visibility=Visibility.PUBLIC)
    await actions.log_workout(draft, author_id=ann.member_id, now=NOW)
    db.announced.clear()

    await actions.delete_workout(draft.id, author_id=ann.member_id)

    assert await counts("workout", "workout_exercise", "workout_set", "post") == {
        "workout": 0,
        "workout_exercise": 0,
        "workout_set": 0,
        "post": 0,
    }
    assert sorted(told(db)) == [("author", "PostRemoved"), ("member", "WorkoutDeleted")]
    with pytest.raises(NoSuchWorkout):
        await actions.delete_workout(draft.id, author_id=ann.member_id)


async def test_an_exercise_somebody_has_done_cannot_be_deleted(db: Domain) -> None:
    ann = await db.member("ann")
    await actions.log_workout(lifting(), author_id=ann.member_id, now=NOW)

    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await database.execute("DELETE FROM exercise WHERE slug = 'back-squat'")


async def test_a_live_workout_is_logged_and_replaced_in_a_larger_transaction(db: Domain) -> None:
    ann = await db.member("ann")
    draft, session_id = a_run(), uuid7()
    async with database.transaction() as tx:
        logged = await actions.log_in(
            tx, draft, author_id=ann.member_id, now=NOW, source=Source.LIVE, session_id=session_id
        )
        again = await actions.log_in(
            tx, draft, author_id=ann.member_id, now=NOW, source=Source.LIVE, session_id=session_id
        )

    async with database.transaction() as tx:
        longer = msgspec.structs.replace(draft, distance_m=10_400.0)
        replaced = await actions.replace_in(tx, longer, author_id=ann.member_id, now=LATER)

    assert again == logged
    assert (replaced.version, replaced.distance_m) == (2, 10_400)
    assert (replaced.source, replaced.session_id) == (Source.LIVE, session_id)


async def test_a_larger_transaction_that_fails_takes_the_workout_with_it(db: Domain) -> None:
    ann = await db.member("ann")

    with pytest.raises(RuntimeError):
        async with database.transaction() as tx:
            await actions.log_in(tx, lifting(), author_id=ann.member_id, now=NOW, source=Source.LIVE)
            raise RuntimeError("the session did not finish after all")

    assert await counts("workout", "workout_set", "post") == {"workout": 0, "workout_set": 0, "post": 0}
    assert db.announced == []


async def test_logging_and_deleting_one_workout_at_once_is_never_anybody_elses(db: Domain) -> None:
    ann = await db.member("ann")
    draft = a_run(visibility=Visibility.PUBLIC)

    done = await asyncio.gather(
        *(
            one
            for _ in range(30)
            for one in (
                actions.log_workout(draft, author_id=ann.member_id, now=NOW),
                actions.delete_workout(draft.id, author_id=ann.member_id),
            )
        ),
        return_exceptions=True,
    )

    assert {type(one) for one in done if isinstance(one, BaseException)} <= {
        NoSuchWorkout,
        WorkoutWasDeleted,
    }
    left = await counts("workout", "post")
    assert left["workout"] == left["post"]
