import asyncio
from typing import Any

import msgspec
import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.feed import actions, queries
from domain.feed.errors import (
    NoSuchComment,
    NoSuchPost,
    NothingSaid,
    NotYours,
    PostFollowsWorkout,
    PostIdTaken,
)
from domain.feed.model import Comment, CommentDraft, Post, PostDraft
from domain.follows import actions as follows
from domain.identity.model import Actor
from domain.visibility import Visibility
from domain.workouts import actions as workouts
from tests.domain.feed import crowds
from tests.domain.workouts.drafts import a_run
from tests.support.domains import NOW, Domain


def a_note(**changes: Any) -> PostDraft:
    draft = PostDraft(id=uuid7(), text="Rest day.", visibility=Visibility.PUBLIC)
    return msgspec.structs.replace(draft, **changes)


async def published(author: Actor, **changes: Any) -> Post:
    post, _ = await actions.publish(a_note(**changes), author_id=author.member_id, now=NOW)
    return post


async def commented(post: Post, author: Actor, text: str = "Well done") -> Comment:
    draft = CommentDraft(uuid7(), text)
    comment, _ = await actions.comment(post.id, draft, author_id=author.member_id, now=NOW)
    return comment


def reactions_heard(db: Domain) -> list[tuple[str, int, int]]:
    """Channel kind, kudos and comments of each reaction that was told."""
    found = []
    for one in db.announced:
        event = msgspec.json.decode(one.payload or b"{}")
        if event.get("type") == "PostReacted":
            counts = event["reactions"]
            found.append((one.channel.partition(":")[0], counts["kudos"], counts["comments"]))
    return found


async def test_a_note_is_read_as_it_was_written(db: Domain) -> None:
    ann = await db.member("ann")

    post, is_new = await actions.publish(a_note(text="  Rest day. "), author_id=ann.member_id, now=NOW)

    assert is_new
    assert post.text == "Rest day."
    assert await queries.get_post(post.id, reader=ann.member_id) == post
    assert db.channels() == [f"author:{ann.member_id}"]


async def test_nobody_is_told_of_a_private_note(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")

    post = await published(ann, visibility=Visibility.PRIVATE)
    await actions.delete_post(post.id, by=ann.member_id, is_moderator=False)

    assert db.announced == []
    with pytest.raises(NoSuchPost):
        await queries.get_post(post.id, reader=bob.member_id)


async def test_publishing_again_gives_what_is_stored(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    draft = a_note()

    written = await asyncio.gather(
        *(actions.publish(draft, author_id=ann.member_id, now=NOW) for _ in range(20))
    )

    assert [is_new for _, is_new in written].count(True) == 1
    assert len(db.announced) == 1
    with pytest.raises(PostIdTaken):
        await actions.publish(draft, author_id=bob.member_id, now=NOW)


async def test_spaces_say_nothing(db: Domain) -> None:
    ann = await db.member("ann")
    post = await published(ann)

    with pytest.raises(NothingSaid) as refusal:
        await actions.publish(a_note(text=" \n "), author_id=ann.member_id, now=NOW)
    with pytest.raises(NothingSaid):
        await actions.comment(post.id, CommentDraft(uuid7(), "  "), author_id=ann.member_id, now=NOW)

    assert [error.pointer for error in refusal.value.errors] == ["/text"]


async def test_forty_kudos_at_once_are_forty_and_a_second_one_is_none(db: Domain) -> None:
    ann = await db.member("ann")
    post = await published(ann)
    fans = [await db.member(f"fan{number}") for number in range(20)]

    told = await asyncio.gather(
        *(actions.give_kudos(post.id, member_id=fan.member_id, now=NOW) for fan in fans for _ in range(2))
    )

    assert (await queries.get_post(post.id, reader=ann.member_id)).kudos == 20
    assert all(one.my_kudos for one in told)
    assert sorted({one.kudos for one in told}) == list(range(1, 21))
    assert len(reactions_heard(db)) == 2 * 20


async def test_kudos_and_taking_them_back_at_once_leave_a_true_count(db: Domain) -> None:
    ann = await db.member("ann")
    post = await published(ann)
    fans = [await db.member(f"fan{number}") for number in range(6)]

    await asyncio.gather(
        *(
            one
            for fan in fans
            for _ in range(3)
            for one in (
                actions.give_kudos(post.id, member_id=fan.member_id, now=NOW),
                actions.take_back_kudos(post.id, member_id=fan.member_id),
            )
        )
    )

    stored = await database.fetchval("SELECT count(*) FROM kudos WHERE post_id = $1", post.id)
    assert (await queries.get_post(post.id, reader=ann.member_id)).kudos == stored


async def test_kudos_taken_back_are_told_once(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    post = await published(ann)
    await actions.give_kudos(post.id, member_id=bob.member_id, now=NOW)
    db.announced.clear()

    await actions.take_back_kudos(post.id, member_id=bob.member_id)
    after = await actions.take_back_kudos(post.id, member_id=bob.member_id)

    assert (after.kudos, after.my_kudos) == (0, False)
    assert sorted(reactions_heard(db)) == [("author", 0, 0), ("member", 0, 0)]


async def test_nobody_reacts_to_what_they_may_not_see(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    post = await published(ann, visibility=Visibility.FOLLOWERS)

    with pytest.raises(NoSuchPost):
        await actions.give_kudos(post.id, member_id=bob.member_id, now=NOW)
    with pytest.raises(NoSuchPost):
        await commented(post, bob)
    with pytest.raises(NoSuchPost):
        await actions.delete_post(post.id, by=bob.member_id, is_moderator=True)
    with pytest.raises(NoSuchPost):
        await queries.list_comments(post.id, reader=bob.member_id)


async def test_comments_are_counted_and_told_with_what_was_said(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    post = await published(ann)
    db.announced.clear()

    comment = await commented(post, bob)

    assert sorted(reactions_heard(db)) == [("author", 0, 1), ("member", 0, 1)]
    assert (await queries.list_comments(post.id, reader=None)).items == [comment]


async def test_commenting_again_gives_what_is_stored(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    post, other = await published(ann), await published(ann)
    draft = CommentDraft(uuid7(), "Well done")

    written = await asyncio.gather(
        *(actions.comment(post.id, draft, author_id=bob.member_id, now=NOW) for _ in range(10))
    )

    assert [is_new for _, is_new in written].count(True) == 1
    assert (await queries.get_post(post.id, reader=ann.member_id)).comments == 1
    for post_id, author in ((other.id, bob), (post.id, ann)):
        with pytest.raises(PostIdTaken):
            await actions.comment(post_id, draft, author_id=author.member_id, now=NOW)


@pytest.mark.parametrize(
    ("by", "is_moderator"), [("bob", False), ("ann", False), ("mod", True)], ids=["writer", "host", "mod"]
)
async def test_a_comment_is_deleted_by_its_writer_its_host_or_a_moderator(
    db: Domain, by: str, is_moderator: bool
) -> None:
    people = {name: await db.member(name) for name in ("ann", "bob", "mod")}
    post = await published(people["ann"])
    comment = await commented(post, people["bob"])

    await actions.delete_comment(comment.id, by=people[by].member_id, is_moderator=is_moderator)

    assert (await queries.get_post(post.id, reader=None)).comments == 0
    with pytest.raises(NoSuchComment):
        await actions.delete_comment(comment.id, by=people[by].member_id, is_moderator=is_moderator)


async def test_nobody_else_deletes_a_comment(db: Domain) -> None:
    ann, bob, cleo = await db.member("ann"), await db.member("bob"), await db.member("cleo")
    comment = await commented(await published(ann), bob)

    with pytest.raises(NotYours):
        await actions.delete_comment(comment.id, by=cleo.member_id, is_moderator=False)
    with pytest.raises(NoSuchComment):
        await actions.delete_comment(uuid7(), by=cleo.member_id, is_moderator=False)


async def test_a_comment_on_an_unseen_post_is_not_there(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    comment = await commented(await published(ann, visibility=Visibility.FOLLOWERS), ann)

    with pytest.raises(NoSuchComment):
        await actions.delete_comment(comment.id, by=bob.member_id, is_moderator=True)


async def test_a_post_goes_with_its_kudos_and_comments(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    post = await published(ann)
    await actions.give_kudos(post.id, member_id=bob.member_id, now=NOW)
    await commented(post, bob)

    with pytest.raises(NotYours):
        await actions.delete_post(post.id, by=bob.member_id, is_moderator=False)
    await actions.delete_post(post.id, by=ann.member_id, is_moderator=False)

    for table in ("post", "kudos", "comment"):
        assert await database.fetchval(f"SELECT count(*) FROM {table}") == 0


async def test_deleting_a_post_under_a_storm_of_reactions_ends_well(db: Domain) -> None:
    ann = await db.member("ann")
    post = await published(ann)
    fans = [await db.member(f"fan{number}") for number in range(8)]

    done = await asyncio.gather(
        *(actions.give_kudos(post.id, member_id=fan.member_id, now=NOW) for fan in fans[:4]),
        actions.delete_post(post.id, by=ann.member_id, is_moderator=False),
        *(commented(post, fan) for fan in fans[4:]),
        return_exceptions=True,
    )

    assert {type(one) for one in done if isinstance(one, BaseException)} <= {NoSuchPost}
    assert await database.fetchval("SELECT count(*) FROM kudos") == 0


async def test_a_workouts_post_goes_with_the_workout_only(db: Domain) -> None:
    ann = await db.member("ann")
    await workouts.log_workout(a_run(visibility=Visibility.PUBLIC), author_id=ann.member_id, now=NOW)
    [post] = (await queries.read_home(reader=ann.member_id)).items

    with pytest.raises(PostFollowsWorkout):
        await actions.delete_post(post.id, by=ann.member_id, is_moderator=False)


async def test_members_who_are_apart_do_not_read_each_others_comments(db: Domain) -> None:
    ann, bob, cleo = await db.member("ann"), await db.member("bob"), await db.member("cleo")
    post = await published(ann)
    comment = await commented(post, bob)
    await follows.block("cleo", blocker_id=bob.member_id, now=NOW)

    assert (await queries.list_comments(post.id, reader=cleo.member_id)).items == []
    assert (await queries.list_comments(post.id, reader=ann.member_id)).items == [comment]


async def test_counts_are_true_after_an_account_is_gone(db: Domain) -> None:
    ann, bob, cleo = await db.member("ann"), await db.member("bob"), await db.member("cleo")
    post = await published(ann)
    for fan in (bob, cleo):
        await actions.give_kudos(post.id, member_id=fan.member_id, now=NOW)
        await commented(post, fan)

    await database.execute("DELETE FROM member WHERE id = $1", bob.member_id)

    after = await queries.get_post(post.id, reader=ann.member_id)
    assert (after.kudos, after.comments) == (1, 1)


async def test_a_post_costs_as_many_rows_with_a_hundred_thousand_followers_as_with_none(
    db: Domain,
) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    fans = await crowds.members("fan", 100_000)
    await crowds.follows(fans, [ann.member_id])

    async def rows() -> int:
        tables = await database.fetch(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname IN ('public', 'keyring')"
        )
        return sum([await database.fetchval(f"SELECT count(*) FROM {table[0]}") for table in tables])

    async def cost(author: Actor) -> tuple[int, int]:
        """Rows written and channels told, for a note and for a workout."""
        db.announced.clear()
        before = await rows()
        await published(author)
        await workouts.log_workout(a_run(visibility=Visibility.PUBLIC), author_id=author.member_id, now=NOW)
        return await rows() - before, len(db.announced)

    assert await cost(ann) == await cost(bob)
    assert len((await queries.read_home(reader=fans[0])).items) == 2
