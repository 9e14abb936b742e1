"""Clubs and who is in them. Clubs are for everybody to see; members who are apart do not see each other."""

from typing import Any
from uuid import UUID

from domain import database
from domain.clubs.errors import NoSuchClub
from domain.clubs.model import Club, ClubMember, ClubRole
from domain.members.cards import COLUMNS, card
from domain.pages import OLDEST, After, Page, page, position

_CLUB = """
SELECT club.*, mine.role AS my_role
FROM club LEFT JOIN club_member AS mine ON mine.club_id = club.id AND mine.member_id = $1
"""
_LIST = f"{_CLUB} ORDER BY club.members DESC, club.name, club.id LIMIT $2"
_GET = f"{_CLUB} WHERE club.slug = $2"
_ID = "SELECT id FROM club WHERE slug = $1"
_MEMBERS = f"""
SELECT {COLUMNS}, membership.role, membership.joined_at
FROM club_member AS membership JOIN member ON member.id = membership.member_id
WHERE membership.club_id = $1
  AND (membership.joined_at, membership.member_id) > ($3, $4)
  AND NOT are_apart($2, membership.member_id)
ORDER BY membership.joined_at, membership.member_id
LIMIT $5
"""


async def list_clubs(*, reader: UUID | None, limit: int = 100) -> list[Club]:
    """The largest first."""
    return [decode(row) for row in await database.fetch(_LIST, reader, limit)]


async def get_club(slug: str, *, reader: UUID | None) -> Club:
    """Raises NoSuchClub."""
    row = await database.fetchrow(_GET, reader, slug)
    if row is None:
        raise NoSuchClub
    return decode(row)


async def list_members(
    slug: str, *, reader: UUID | None, cursor: str | None = None, limit: int = 20
) -> Page[ClubMember]:
    """A page of a club's members, those longest in it first. Raises NoSuchClub."""
    start = position(cursor, start=OLDEST)
    club_id = await database.fetchval(_ID, slug)
    if club_id is None:
        raise NoSuchClub
    rows = await database.fetch(_MEMBERS, club_id, reader, start.at, start.id, limit + 1)
    found = [ClubMember(card(row), ClubRole(row["role"]), row["joined_at"]) for row in rows]
    return page(found, limit=limit, place=lambda one: After(one.joined_at, one.member.id))


def decode(row: Any) -> Club:
    """The club in a row of `club.*` and `my_role`."""
    return Club(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        description=row["description"],
        members=row["members"],
        my_role=ClubRole(row["my_role"]) if row["my_role"] is not None else None,
        created_at=row["created_at"],
    )
