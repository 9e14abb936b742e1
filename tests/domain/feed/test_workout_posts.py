from typing import Any

import msgspec
import pytest

from domain.feed import actions as feed
from domain.feed import queries
from domain.feed.errors import NoSuchPost
from domain.feed.model import CommentDraft, Post, PostKind
from domain.follows.access import sight_of
from domain.identity.model import Actor
from domain.visibility import Visibility
from domain.workouts import actions as workouts
from domain.workouts.model import ExerciseEntry, WorkoutDraft, WorkoutSet
from tests.domain.workouts.drafts import a_run, lifting
from tests.support.domains import NOW, Domain


async def posts_of(author: Actor) -> list[Post]:
    sight = await sight_of(author.member_id, reader=author.member_id)
    return (await queries.list_posts(sight, reader=author.member_id)).items


def heard(db: Domain, author: Actor) -> list[dict[str, Any]]:
    """What the author's channel said, in order; and forget it."""
    said = [
        msgspec.json.decode(one.payload)
        for one in db.announced
        if one.channel == f"author:{author.member_id}" and one.payload is not None
    ]
    db.announced.clear()
    return said


async def edit(draft: WorkoutDraft, author: Actor, **changes: Any) -> None:
    changed = msgspec.structs.replace(draft, **changes)
    await workouts.edit_workout(draft.id, changed, author_id=author.member_id, now=NOW)


async def test_the_post_on_the_channel_is_the_post_that_is_read(db: Domain) -> None:
    ann = await db.member("ann")
    entries = [ExerciseEntry(slug, [WorkoutSet(reps=5)]) for slug in ("plank", "dip", "plank")]
    draft = lifting(visibility=Visibility.PUBLIC, exercises=entries)

    await workouts.log_workout(draft, author_id=ann.member_id, now=NOW)

    [event] = heard(db, ann)
    [post] = await posts_of(ann)
    assert msgspec.convert(event["post"], Post) == post
    assert post.kind is PostKind.WORKOUT
    assert post.workout is not None
    assert (post.workout.id, post.workout.exercise_names) == (draft.id, ["Plank", "Dip"])


async def test_a_post_has_its_workouts_visibility_through_every_change(db: Domain) -> None:
    ann = await db.member("ann")
    draft = a_run(visibility=Visibility.FOLLOWERS)
    await workouts.log_workout(draft, author_id=ann.member_id, now=NOW)
    heard(db, ann)

    await edit(draft, ann, visibility=Visibility.PUBLIC)
    assert [event["type"] for event in heard(db, ann)] == ["PostPublished"]
    assert [post.visibility for post in await posts_of(ann)] == [Visibility.PUBLIC]

    await edit(draft, ann, visibility=Visibility.FOLLOWERS)
    assert [event["type"] for event in heard(db, ann)] == ["PostChanged"]
    assert [post.visibility for post in await posts_of(ann)] == [Visibility.FOLLOWERS]

    await edit(draft, ann, visibility=Visibility.PRIVATE)
    assert [event["type"] for event in heard(db, ann)] == ["PostRemoved"]
    assert await posts_of(ann) == []


async def test_a_private_workout_has_a_post_once_it_is_shared(db: Domain) -> None:
    ann = await db.member("ann")
    draft = a_run(visibility=Visibility.PRIVATE)
    await workouts.log_workout(draft, author_id=ann.member_id, now=NOW)
    assert await posts_of(ann) == []

    await edit(draft, ann, visibility=Visibility.PUBLIC)

    assert [event["type"] for event in heard(db, ann)] == ["PostPublished"]
    assert len(await posts_of(ann)) == 1


async def test_what_others_said_is_there_again_when_a_workout_is_shared_again(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    draft = a_run(visibility=Visibility.PUBLIC)
    await workouts.log_workout(draft, author_id=ann.member_id, now=NOW)
    [post] = await posts_of(ann)
    await feed.give_kudos(post.id, member_id=bob.member_id, now=NOW)
    await feed.comment(post.id, CommentDraft(bob.member_id, "strong"), author_id=bob.member_id, now=NOW)

    await edit(draft, ann, visibility=Visibility.PRIVATE)
    for reader in (ann.member_id, bob.member_id):
        with pytest.raises(NoSuchPost):
            await queries.get_post(post.id, reader=reader)
    await edit(draft, ann, visibility=Visibility.PUBLIC)

    [again] = await posts_of(ann)
    assert (again.id, again.kudos, again.comments) == (post.id, 1, 1)


async def test_nobody_is_told_of_edits_to_a_private_workout(db: Domain) -> None:
    ann = await db.member("ann")
    draft = a_run(visibility=Visibility.PRIVATE)
    await workouts.log_workout(draft, author_id=ann.member_id, now=NOW)

    await edit(draft, ann, title="Still nobody's business")
    await workouts.delete_workout(draft.id, author_id=ann.member_id)

    assert heard(db, ann) == []


async def test_a_post_that_a_moderator_took_down_stays_down_through_edits(db: Domain) -> None:
    ann, mod = await db.member("ann"), await db.member("mod")
    draft = a_run(visibility=Visibility.PUBLIC, title="rude")
    await workouts.log_workout(draft, author_id=ann.member_id, now=NOW)
    [post] = await posts_of(ann)
    await feed.delete_post(post.id, by=mod.member_id, is_moderator=True)
    heard(db, ann)

    await edit(draft, ann, title="ruder")

    assert heard(db, ann) == []
    assert await posts_of(ann) == []
