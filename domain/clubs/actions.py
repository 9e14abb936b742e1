"""Found a club, join it, leave it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.clubs import queries
from domain.clubs.errors import ClubIdTaken, LastOrganiser, NamelessClub, NoSuchClub, SlugTaken
from domain.clubs.events import ClubJoined, ClubLeft
from domain.clubs.model import Club, ClubDraft, ClubRole
from domain.database import Transaction
from domain.errors import FieldError
from domain.members import cards

_FOUND = """
INSERT INTO club (id, slug, name, description, creator_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
RETURNING id
"""
_THERE = "SELECT slug FROM club WHERE id = $1 AND creator_id = $2"
_SLUG_THERE = "SELECT FROM club WHERE slug = $1"
# Joining and leaving are one after the other, so a club that has members has an organiser.
_LOCK = "SELECT id, members FROM club WHERE slug = $1 FOR NO KEY UPDATE"
_JOIN = """
INSERT INTO club_member (club_id, member_id, role, joined_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING club_id
"""
_MY_ROLE = "SELECT role FROM club_member WHERE club_id = $1 AND member_id = $2"
_OTHER_ORGANISERS = """
SELECT EXISTS (SELECT FROM club_member WHERE club_id = $1 AND member_id <> $2 AND role = 'organiser')
"""
_LEAVE = "DELETE FROM club_member WHERE club_id = $1 AND member_id = $2"
_CARD = f"SELECT {cards.COLUMNS} FROM member WHERE id = $1"


async def found_club(draft: ClubDraft, *, creator_id: UUID, now: datetime) -> tuple[Club, bool]:
    """A new club, organised by who founds it; the same id again gives what is stored, and False.

    Raises NamelessClub, SlugTaken, ClubIdTaken.
    """
    name = draft.name.strip()
    if not name:
        raise NamelessClub(errors=(FieldError("/name", "only spaces"),))
    async with database.transaction() as tx:
        values = (draft.id, draft.slug, name, draft.description.strip(), creator_id, now)
        if await tx.connection.fetchval(_FOUND, *values) is None:
            slug = await _stored(tx, draft, creator_id)
            return await queries.get_club(slug, reader=creator_id), False
        await _join(tx, draft.id, creator_id, ClubRole.ORGANISER, now)
        return await queries.get_club(draft.slug, reader=creator_id), True


async def join_club(slug: str, *, member_id: UUID, now: datetime) -> Club:
    """Join; again changes nothing. Who joins a club that everybody has left organises it.

    Raises NoSuchClub.
    """
    async with database.transaction() as tx:
        club = await _lock(tx, slug)
        role = ClubRole.MEMBER if club["members"] else ClubRole.ORGANISER
        await _join(tx, club["id"], member_id, role, now)
        return await queries.get_club(slug, reader=member_id)


async def leave_club(slug: str, *, member_id: UUID) -> Club:
    """Leave; fine for who is not in it. Raises NoSuchClub, and LastOrganiser while others are in it."""
    async with database.transaction() as tx:
        club = await _lock(tx, slug)
        role = await tx.connection.fetchval(_MY_ROLE, club["id"], member_id)
        if role is not None:
            if role == ClubRole.ORGANISER and club["members"] > 1:
                await _require_other_organiser(tx, club["id"], member_id)
            await tx.connection.execute(_LEAVE, club["id"], member_id)
            tx.record(ClubLeft(club["id"], member_id))
        return await queries.get_club(slug, reader=member_id)


async def _stored(tx: Transaction, draft: ClubDraft, creator_id: UUID) -> str:
    """The address of the club that this draft made before."""
    slug: str | None = await tx.connection.fetchval(_THERE, draft.id, creator_id)
    if slug is not None:
        return slug
    if await tx.connection.fetchrow(_SLUG_THERE, draft.slug) is not None:
        raise SlugTaken
    raise ClubIdTaken


async def _join(tx: Transaction, club_id: UUID, member_id: UUID, role: ClubRole, now: datetime) -> None:
    if await tx.connection.fetchval(_JOIN, club_id, member_id, role, now) is not None:
        row: Any = await tx.connection.fetchrow(_CARD, member_id)
        tx.record(ClubJoined(club_id, cards.card(row)))


async def _require_other_organiser(tx: Transaction, club_id: UUID, member_id: UUID) -> None:
    if not await tx.connection.fetchval(_OTHER_ORGANISERS, club_id, member_id):
        raise LastOrganiser


async def _lock(tx: Transaction, slug: str) -> Any:
    row = await tx.connection.fetchrow(_LOCK, slug)
    if row is None:
        raise NoSuchClub
    return row
