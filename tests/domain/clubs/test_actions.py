import asyncio
from typing import Any

import msgspec
import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.clubs import actions, queries
from domain.clubs.errors import ClubIdTaken, LastOrganiser, NamelessClub, NoSuchClub, SlugTaken
from domain.clubs.model import ClubDraft, ClubRole
from domain.follows import actions as follows
from tests.support.domains import NOW, Domain


def a_club(**changes: Any) -> ClubDraft:
    draft = ClubDraft(id=uuid7(), slug="early-birds", name="Early birds", description="Before breakfast.")
    return msgspec.structs.replace(draft, **changes)


async def test_who_founds_a_club_organises_it(db: Domain) -> None:
    ann = await db.member("ann")

    club, is_new = await actions.found_club(a_club(), creator_id=ann.member_id, now=NOW)

    assert is_new
    assert (club.members, club.my_role) == (1, ClubRole.ORGANISER)
    assert await queries.get_club("early-birds", reader=ann.member_id) == club


async def test_founding_again_gives_what_is_stored(db: Domain) -> None:
    ann = await db.member("ann")
    draft = a_club()

    founded = await asyncio.gather(
        *(actions.found_club(draft, creator_id=ann.member_id, now=NOW) for _ in range(10))
    )

    assert [is_new for _, is_new in founded].count(True) == 1
    assert {club.id for club, _ in founded} == {draft.id}
    assert (await queries.get_club("early-birds", reader=None)).members == 1


async def test_an_address_and_an_id_are_given_once(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    draft = a_club()
    await actions.found_club(draft, creator_id=ann.member_id, now=NOW)

    with pytest.raises(SlugTaken):
        await actions.found_club(a_club(), creator_id=bob.member_id, now=NOW)
    with pytest.raises(ClubIdTaken):
        await actions.found_club(a_club(id=draft.id, slug="owls"), creator_id=bob.member_id, now=NOW)


async def test_a_name_of_spaces_is_none(db: Domain) -> None:
    ann = await db.member("ann")

    with pytest.raises(NamelessClub) as refusal:
        await actions.found_club(a_club(name="   "), creator_id=ann.member_id, now=NOW)

    assert [error.pointer for error in refusal.value.errors] == ["/name"]


async def test_thirty_join_at_once_and_are_counted(db: Domain) -> None:
    ann = await db.member("ann")
    await actions.found_club(a_club(), creator_id=ann.member_id, now=NOW)
    others = [await db.member(f"member{number}") for number in range(15)]

    await asyncio.gather(
        *(
            actions.join_club("early-birds", member_id=other.member_id, now=NOW)
            for other in others
            for _ in range(2)
        )
    )

    assert (await queries.get_club("early-birds", reader=None)).members == 16


async def test_leaving_is_counted_and_leaving_twice_is_fine(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.found_club(a_club(), creator_id=ann.member_id, now=NOW)
    await actions.join_club("early-birds", member_id=bob.member_id, now=NOW)

    await actions.leave_club("early-birds", member_id=bob.member_id)
    club = await actions.leave_club("early-birds", member_id=bob.member_id)

    assert (club.members, club.my_role) == (1, None)


async def test_the_last_organiser_does_not_leave_the_others(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.found_club(a_club(), creator_id=ann.member_id, now=NOW)
    await actions.join_club("early-birds", member_id=bob.member_id, now=NOW)

    with pytest.raises(LastOrganiser):
        await actions.leave_club("early-birds", member_id=ann.member_id)

    assert (await queries.get_club("early-birds", reader=ann.member_id)).my_role is ClubRole.ORGANISER


async def test_one_of_two_organisers_may_leave_but_not_both_at_once(db: Domain) -> None:
    ann, bob, cleo = await db.member("ann"), await db.member("bob"), await db.member("cleo")
    await actions.found_club(a_club(), creator_id=ann.member_id, now=NOW)
    for other in (bob, cleo):
        await actions.join_club("early-birds", member_id=other.member_id, now=NOW)
    await database.execute("UPDATE club_member SET role = 'organiser' WHERE member_id = $1", bob.member_id)

    left = await asyncio.gather(
        *(actions.leave_club("early-birds", member_id=one.member_id) for one in (ann, bob)),
        return_exceptions=True,
    )

    assert [type(one) for one in left].count(LastOrganiser) == 1
    assert (await queries.get_club("early-birds", reader=None)).members == 2


async def test_who_joins_a_club_that_everybody_left_organises_it(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.found_club(a_club(), creator_id=ann.member_id, now=NOW)

    assert (await actions.leave_club("early-birds", member_id=ann.member_id)).members == 0
    club = await actions.join_club("early-birds", member_id=bob.member_id, now=NOW)

    assert (club.members, club.my_role) == (1, ClubRole.ORGANISER)


async def test_a_club_that_is_not_there_can_be_neither_joined_nor_left(db: Domain) -> None:
    ann = await db.member("ann")

    with pytest.raises(NoSuchClub):
        await actions.join_club("nowhere", member_id=ann.member_id, now=NOW)
    with pytest.raises(NoSuchClub):
        await actions.leave_club("nowhere", member_id=ann.member_id)
    with pytest.raises(NoSuchClub):
        await queries.list_members("nowhere", reader=ann.member_id)


async def test_the_largest_clubs_come_first(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.found_club(a_club(slug="small", name="A"), creator_id=ann.member_id, now=NOW)
    await actions.found_club(a_club(slug="large", name="Z"), creator_id=ann.member_id, now=NOW)
    await actions.join_club("large", member_id=bob.member_id, now=NOW)

    listed = await queries.list_clubs(reader=bob.member_id)

    assert [(club.slug, club.my_role) for club in listed] == [("large", ClubRole.MEMBER), ("small", None)]


async def test_members_come_in_pages_without_those_apart_from_the_reader(db: Domain) -> None:
    ann = await db.member("ann")
    await actions.found_club(a_club(), creator_id=ann.member_id, now=NOW)
    others = [await db.member(f"member{number}") for number in range(4)]
    for other in others:
        await actions.join_club("early-birds", member_id=other.member_id, now=NOW)
    await follows.block("member2", blocker_id=others[0].member_id, now=NOW)

    seen, cursor = [], None
    while True:
        page = await queries.list_members("early-birds", reader=others[0].member_id, cursor=cursor, limit=2)
        seen += [one.member.handle for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert sorted(seen) == ["ann", "member0", "member1", "member3"]
    assert len(seen) == 4


async def test_the_count_is_right_after_an_account_is_gone(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await actions.found_club(a_club(), creator_id=ann.member_id, now=NOW)
    await actions.join_club("early-birds", member_id=bob.member_id, now=NOW)

    await database.execute("DELETE FROM member WHERE id = $1", bob.member_id)

    assert (await queries.get_club("early-birds", reader=None)).members == 1
