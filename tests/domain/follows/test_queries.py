from datetime import timedelta

import pytest

from domain.follows import actions, queries
from domain.follows.access import sight_of
from domain.members.actions import prefer
from domain.members.errors import NoSuchMember
from domain.members.model import Preferences
from domain.visibility import Visibility
from tests.support.domains import NOW, Domain


async def test_followers_and_followed_are_listed_latest_first_in_pages(db: Domain) -> None:
    ann = await db.member("ann")
    await prefer(Preferences(profile_visibility=Visibility.PUBLIC), member_id=ann.member_id)
    for number in range(5):
        fan = await db.member(f"fan{number}")
        await actions.follow("ann", follower_id=fan.member_id, now=NOW + timedelta(seconds=number))
    sight = await sight_of("ann", reader=fan.member_id)

    first = await queries.list_followers(sight, reader=fan.member_id, limit=3)
    second = await queries.list_followers(sight, reader=fan.member_id, limit=3, cursor=first.next_cursor)

    assert [card.handle for card in first.items] == ["fan4", "fan3", "fan2"]
    assert [card.handle for card in second.items] == ["fan1", "fan0"]
    assert second.next_cursor is None
    own = await sight_of("fan4", reader=fan.member_id)
    following = await queries.list_following(own, reader=fan.member_id)
    assert [card.handle for card in following.items] == ["ann"]


async def test_requests_are_not_followers(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)
    sight = await sight_of("ann", reader=ann.member_id)

    assert (await queries.list_followers(sight, reader=ann.member_id)).items == []


async def test_who_follows_a_closed_profile_is_not_for_strangers(db: Domain) -> None:
    await db.member("ann")
    bob = await db.member("bob")
    sight = await sight_of("ann", reader=bob.member_id)

    with pytest.raises(NoSuchMember):
        await queries.list_followers(sight, reader=bob.member_id)
    with pytest.raises(NoSuchMember):
        await queries.list_following(sight, reader=bob.member_id)


async def test_members_who_are_apart_do_not_meet_in_lists(db: Domain) -> None:
    ann, bob, cleo = await db.member("ann"), await db.member("bob"), await db.member("cleo")
    await prefer(Preferences(profile_visibility=Visibility.PUBLIC), member_id=ann.member_id)
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)
    await actions.block("cleo", blocker_id=bob.member_id, now=NOW)

    seen = await queries.list_followers(await sight_of("ann", reader=cleo.member_id), reader=cleo.member_id)

    assert seen.items == []


async def test_nobody_in_particular_sees_public_profiles_only(db: Domain) -> None:
    ann = await db.member("ann")
    with pytest.raises(NoSuchMember):
        await sight_of("ann", reader=None)

    await prefer(Preferences(profile_visibility=Visibility.PUBLIC), member_id=ann.member_id)

    assert (await sight_of("ann", reader=None)).levels == (Visibility.PUBLIC,)


async def test_what_is_in_sight_depends_on_who_looks(db: Domain) -> None:
    ann, bob, cleo = await db.member("ann"), await db.member("bob"), await db.member("cleo")
    await actions.follow("ann", follower_id=bob.member_id, now=NOW)
    await actions.follow("ann", follower_id=cleo.member_id, now=NOW)
    await actions.approve(bob.member_id, followee_id=ann.member_id, now=NOW)

    own = await sight_of(ann.member_id, reader=ann.member_id)
    follower = await sight_of(ann.member_id, reader=bob.member_id)
    requested = await sight_of(ann.member_id, reader=cleo.member_id)

    assert set(own.levels) == set(Visibility)
    assert set(follower.levels) == {Visibility.PUBLIC, Visibility.FOLLOWERS}
    assert set(requested.levels) == {Visibility.PUBLIC}
    assert (own.profile, follower.profile, requested.profile) == (True, True, False)
