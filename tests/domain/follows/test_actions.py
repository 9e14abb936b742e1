import asyncio
from contextlib import suppress

import msgspec
import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.follows import actions, queries
from domain.follows.access import sight_of
from domain.follows.errors import FollowsEnough, NoSuchRequest, NotYourself
from domain.follows.model import FollowState
from domain.identity.model import Actor
from domain.members.actions import prefer
from domain.members.errors import NoSuchMember
from domain.members.model import Preferences
from domain.visibility import Visibility
from tests.domain.feed import crowds
from tests.support.domains import NOW, Domain


async def a_public(db: Domain, handle: str) -> Actor:
    member = await db.member(handle)
    await prefer(Preferences(profile_visibility=Visibility.PUBLIC), member_id=member.member_id)
    db.announced.clear()
    return member


async def state(follower: Actor, followee: Actor) -> str | None:
    query = "SELECT state FROM follow WHERE follower_id = $1 AND followee_id = $2"
    return await database.fetchval(query, follower.member_id, followee.member_id)  # type: ignore[no-any-return]


def told(db: Domain) -> set[tuple[str, str]]:
    return {
        (one.channel.rpartition(":")[2], msgspec.json.decode(one.payload)["type"])
        for one in db.announced
        if one.payload is not None
    }


async def test_a_public_profile_is_followed_at_once_and_both_hear_it(db: Domain) -> None:
    ann, bob = await a_public(db, "ann"), await db.member("bob")

    tie = await actions.follow("ann", follower_id=bob.member_id, now=NOW)

    assert tie.state is FollowState.ACCEPTED
    assert told(db) == {(str(ann.member_id), "FollowAccepted"), (str(bob.member_id), "FollowAccepted")}


async def test_any_other_profile_is_asked_first(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")

    tie = await actions.follow("ann", follower_id=bob.member_id, now=NOW)

    assert tie.state is FollowState.REQUESTED
    assert not await queries.may_read(bob.member_id, author_id=ann.member_id)
    assert told(db) == {(str(ann.member_id), "FollowRequested"), (str(bob.member_id), "FollowRequested")}


async def test_an_approved_request_is_a_follow(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)
    requests = await queries.list_requests(followee_id=ann.member_id)

    await actions.approve(requests[0].member.id, followee_id=ann.member_id, now=NOW)

    assert await queries.may_read(bob.member_id, author_id=ann.member_id)
    assert await queries.list_requests(followee_id=ann.member_id) == []


async def test_a_refused_request_is_gone_and_can_be_made_again(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)

    await actions.refuse(bob.member_id, followee_id=ann.member_id)
    await actions.refuse(bob.member_id, followee_id=ann.member_id)

    assert await state(bob, ann) is None
    assert (await actions.follow("ann", follower_id=bob.member_id, now=NOW)).state is FollowState.REQUESTED


async def test_refusing_does_not_end_an_accepted_follow(db: Domain) -> None:
    ann, bob = await a_public(db, "ann"), await db.member("bob")
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)

    await actions.refuse(bob.member_id, followee_id=ann.member_id)

    assert await state(bob, ann) == "accepted"


async def test_nobody_approves_what_was_not_asked(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")

    for follower_id in (bob.member_id, uuid7()):
        with pytest.raises(NoSuchRequest):
            await actions.approve(follower_id, followee_id=ann.member_id, now=NOW)


async def test_following_again_changes_nothing_and_tells_nobody(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)
    await actions.approve(bob.member_id, followee_id=ann.member_id, now=NOW)
    db.announced.clear()

    tie = await actions.follow("ann", follower_id=bob.member_id, now=NOW)

    assert tie.state is FollowState.ACCEPTED
    assert db.announced == []


async def test_who_asked_before_the_profile_was_public_follows_by_asking_again(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)
    await prefer(Preferences(profile_visibility=Visibility.PUBLIC), member_id=ann.member_id)

    assert (await actions.follow("ann", follower_id=bob.member_id, now=NOW)).state is FollowState.ACCEPTED


async def test_unfollowing_is_heard_once(db: Domain) -> None:
    ann, bob = await a_public(db, "ann"), await db.member("bob")
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)
    db.announced.clear()

    await actions.unfollow("ann", follower_id=bob.member_id)
    await actions.unfollow("ann", follower_id=bob.member_id)

    assert await state(bob, ann) is None
    assert len(db.announced) == 2
    assert told(db) == {(str(ann.member_id), "FollowEnded"), (str(bob.member_id), "FollowEnded")}


async def test_a_follower_can_be_removed(db: Domain) -> None:
    ann, bob = await a_public(db, "ann"), await db.member("bob")
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)

    await actions.remove_follower("bob", followee_id=ann.member_id)

    assert await state(bob, ann) is None


async def test_nobody_follows_or_blocks_themself(db: Domain) -> None:
    ann = await db.member("ann")

    with pytest.raises(NotYourself):
        await actions.follow("ann", follower_id=ann.member_id, now=NOW)
    with pytest.raises(NotYourself):
        await actions.block("ann", blocker_id=ann.member_id, now=NOW)


async def test_a_block_ends_both_follows(db: Domain) -> None:
    ann, bob = await a_public(db, "ann"), await a_public(db, "bob")
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)
    await actions.follow("bob", follower_id=ann.member_id, now=NOW)
    db.announced.clear()

    await actions.block("bob", blocker_id=ann.member_id, now=NOW)

    assert (await state(bob, ann), await state(ann, bob)) == (None, None)
    assert len([one for one in db.announced if b'"FollowEnded"' in (one.payload or b"")]) == 4
    told_of_the_block = {one.channel for one in db.announced if b'"Blocked"' in (one.payload or b"")}
    assert told_of_the_block == {f"member:{ann.member_id}"}, "who is blocked is not to find out"


async def test_a_block_hides_each_from_the_other(db: Domain) -> None:
    ann, bob = await a_public(db, "ann"), await a_public(db, "bob")
    await actions.block("bob", blocker_id=ann.member_id, now=NOW)

    with pytest.raises(NoSuchMember):
        await actions.follow("ann", follower_id=bob.member_id, now=NOW)
    with pytest.raises(NoSuchMember):
        await actions.follow("bob", follower_id=ann.member_id, now=NOW)
    with pytest.raises(NoSuchMember):
        await sight_of("ann", reader=bob.member_id)
    with pytest.raises(NoSuchMember):
        await sight_of("bob", reader=ann.member_id)
    assert not await queries.may_read(bob.member_id, author_id=ann.member_id)


async def test_who_is_blocked_cannot_find_it_out_by_blocking_back(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.block("bob", blocker_id=ann.member_id, now=NOW)

    with pytest.raises(NoSuchMember) as blocked:
        await actions.block("ann", blocker_id=bob.member_id, now=NOW)
    with pytest.raises(NoSuchMember) as absent:
        await actions.block("nobody", blocker_id=bob.member_id, now=NOW)

    assert blocked.value.detail == absent.value.detail


async def test_blocking_again_and_unblocking_again_are_fine(db: Domain) -> None:
    ann, bob = await a_public(db, "ann"), await db.member("bob")
    await actions.block("bob", blocker_id=ann.member_id, now=NOW)
    await actions.block("bob", blocker_id=ann.member_id, now=NOW)
    assert [card.handle for card in await queries.list_blocked(blocker_id=ann.member_id)] == ["bob"]

    await actions.unblock("bob", blocker_id=ann.member_id)
    await actions.unblock("bob", blocker_id=ann.member_id)

    assert await queries.list_blocked(blocker_id=ann.member_id) == []
    assert (await actions.follow("ann", follower_id=bob.member_id, now=NOW)).state is FollowState.ACCEPTED


async def test_only_who_blocked_can_unblock(db: Domain) -> None:
    ann, bob = await a_public(db, "ann"), await db.member("bob")
    await actions.block("bob", blocker_id=ann.member_id, now=NOW)

    await actions.unblock("ann", blocker_id=bob.member_id)

    with pytest.raises(NoSuchMember):
        await actions.follow("ann", follower_id=bob.member_id, now=NOW)


async def test_a_follow_and_a_block_at_once_never_leave_both(db: Domain) -> None:
    ann = await a_public(db, "ann")
    fans = [await db.member(f"fan{number}") for number in range(12)]

    async def follow(fan: Actor) -> None:
        with suppress(NoSuchMember):
            await actions.follow("ann", follower_id=fan.member_id, now=NOW)

    await asyncio.gather(
        *(
            one
            for number, fan in enumerate(fans)
            for one in (
                follow(fan),
                actions.block(f"fan{number}", blocker_id=ann.member_id, now=NOW),
                follow(fan),
            )
        )
    )

    assert await database.fetchval("SELECT count(*) FROM block") == 12
    assert await database.fetchval("SELECT count(*) FROM follow") == 0


async def test_ten_follows_at_once_are_one(db: Domain) -> None:
    await a_public(db, "ann")
    bob = await db.member("bob")

    ties = await asyncio.gather(
        *(actions.follow("ann", follower_id=bob.member_id, now=NOW) for _ in range(10))
    )

    assert {tie.state for tie in ties} == {FollowState.ACCEPTED}
    assert len(db.announced) == 2


async def test_the_number_of_followed_members_has_an_end(db: Domain) -> None:
    bob = await db.member("bob")
    await a_public(db, "ann")
    await crowds.follows([bob.member_id], await crowds.members("author", actions.MOST_FOLLOWED))

    with pytest.raises(FollowsEnough):
        await actions.follow("ann", follower_id=bob.member_id, now=NOW)
