"""Members change what is theirs; roles are given downwards, and a hub keeps an owner."""

import asyncio

import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.members import actions, queries
from domain.members.errors import AboveYou, HandleTaken, LastOwner, NoSuchMember
from domain.members.model import Preferences, ProfileChange, Role, Theme
from domain.timezones import UnknownTimeZone
from domain.visibility import Visibility
from tests.support.domains import Domain

# Who may make of whom what.
ROLES = [
    (Role.OWNER, Role.MEMBER, Role.OWNER, None),
    (Role.OWNER, Role.ADMIN, Role.MEMBER, None),
    (Role.ADMIN, Role.MEMBER, Role.MODERATOR, None),
    (Role.ADMIN, Role.MODERATOR, Role.MEMBER, None),
    (Role.ADMIN, Role.MEMBER, Role.ADMIN, AboveYou),
    (Role.ADMIN, Role.MEMBER, Role.OWNER, AboveYou),
    (Role.ADMIN, Role.ADMIN, Role.MEMBER, AboveYou),
    (Role.ADMIN, Role.OWNER, Role.MEMBER, AboveYou),
    (Role.MODERATOR, Role.MODERATOR, Role.MEMBER, AboveYou),
    (Role.MEMBER, Role.MEMBER, Role.COACH, AboveYou),
]


@pytest.mark.parametrize(("giver", "before", "after", "refusal"), ROLES)
async def test_roles_are_given_downwards(
    db: Domain, giver: Role, before: Role, after: Role, refusal: type[Exception] | None
) -> None:
    await db.member("the_owner", role=Role.OWNER)
    ana = await db.member("ana", role=giver)
    await db.member("bob", role=before)
    if refusal is None:
        await actions.set_role("bob", after, by=ana.member_id)
    else:
        with pytest.raises(refusal):
            await actions.set_role("bob", after, by=ana.member_id)
    stored = await database.fetchval("SELECT role FROM member WHERE handle = 'bob'")
    assert stored == (before if refusal else after)


async def test_nobody_raises_themself(db: Domain) -> None:
    await db.member("the_owner", role=Role.OWNER)
    for role in (Role.ADMIN, Role.MODERATOR, Role.MEMBER):
        me = await db.member(f"a_{role}", role=role)
        with pytest.raises(AboveYou):
            await actions.set_role(f"a_{role}", Role.OWNER, by=me.member_id)


async def test_the_last_owner_stays_even_if_all_step_down_at_once(db: Domain) -> None:
    owners = [await db.member(f"owner_{n}", role=Role.OWNER) for n in range(4)]
    results = await asyncio.gather(
        *(actions.set_role(f"owner_{n}", Role.MEMBER, by=one.member_id) for n, one in enumerate(owners)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, LastOwner) for one in results) == 1
    assert await database.fetchval("SELECT count(*) FROM member WHERE role = 'owner'") == 1


async def test_a_role_for_nobody_is_refused(db: Domain) -> None:
    ana = await db.member("ana", role=Role.OWNER)
    with pytest.raises(NoSuchMember):
        await actions.set_role("nobody", Role.COACH, by=ana.member_id)


async def test_a_profile_changes_by_what_is_given(db: Domain) -> None:
    ana = await db.member("ana")
    await actions.change_profile(ProfileChange(name="Ana López", bio="runs"), member_id=ana.member_id)
    await actions.change_profile(ProfileChange(handle="ana_l"), member_id=ana.member_id)
    profile = await queries.get_profile("ana_l", reader=ana.member_id)
    assert (profile.member.name, profile.bio) == ("Ana López", "runs")
    assert db.channels() == [f"member:{ana.member_id}"] * 2


async def test_a_handle_belongs_to_one_member(db: Domain) -> None:
    ana = await db.member("ana")
    await db.member("bob")
    with pytest.raises(HandleTaken):
        await actions.change_profile(ProfileChange(handle="bob"), member_id=ana.member_id)
    assert db.announced == []


async def test_preferences_are_told_to_ones_own_devices(db: Domain) -> None:
    ana = await db.member("ana")
    likes = Preferences(theme=Theme.DARK, tz="Europe/Vienna", profile_visibility=Visibility.PUBLIC)
    assert await actions.prefer(likes, member_id=ana.member_id) == likes
    me = await queries.get_me(ana.member_id, vault=db.vault)
    assert me.preferences == likes
    assert db.channels() == [f"member:{ana.member_id}"]
    with pytest.raises(UnknownTimeZone):
        await actions.prefer(Preferences(tz="Mars/Olympus"), member_id=ana.member_id)


async def test_a_picture_comes_goes_and_never_comes_back_under_its_old_address(db: Domain) -> None:
    ana = await db.member("ana")
    addresses = []
    for _ in range(2):
        await actions.set_avatar(PNG, member_id=ana.member_id)
        assert (await queries.get_avatar("ana", reader=ana.member_id))[:4] == b"RIFF"
        addresses.append((await queries.get_me(ana.member_id, vault=db.vault)).avatar)
        await actions.remove_avatar(member_id=ana.member_id)
        with pytest.raises(NoSuchMember):
            await queries.get_avatar("ana", reader=ana.member_id)
        assert (await queries.get_me(ana.member_id, vault=db.vault)).avatar is None
    assert len(set(addresses)) == 2


async def test_a_search_finds_beginnings_and_nobody_who_is_apart(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("anabel")
    await db.member("xana")
    await db.member("a_b")

    async def found(q: str) -> list[str]:
        return [one.handle for one in await queries.find_members(q, reader=bob.member_id, limit=10)]

    assert await found("ana") == ["ana", "anabel"]
    assert await found("ANA") == ["ana", "anabel"]
    assert await found("a_") == ["a_b"]
    assert await found("%") == []
    assert await found("\\") == []
    await database.execute(
        "INSERT INTO block (blocker_id, blocked_id, created_at) VALUES ($1, $2, now())",
        *(ana.member_id, bob.member_id),
    )
    assert await found("ana") == ["anabel"]
    with pytest.raises(NoSuchMember):
        await queries.get_id("ana", reader=bob.member_id)
    assert await queries.get_id("ana", reader=uuid7()) == ana.member_id


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
