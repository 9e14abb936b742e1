"""Member cards from SQL rows: the columns that every query about people selects, and what they become."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from domain import database
from domain.members.model import MemberCard

COLUMNS = "member.id AS member_id, member.handle, member.name, member.avatar_version"
"""For the SELECT list of a query that joins `member` under its own name."""

_CARDS = f"SELECT {COLUMNS} FROM member WHERE id = ANY($1)"


def card(row: Any) -> MemberCard:
    """The card in a row that has COLUMNS."""
    return make(row["member_id"], row["handle"], row["name"], row["avatar_version"])


def make(member_id: UUID, handle: str, name: str, avatar_version: int) -> MemberCard:
    """The avatar's path changes with its version, so it can be cached for ever. Zero or less is none."""
    avatar = f"/api/members/{handle}/avatar?v={avatar_version}" if avatar_version > 0 else None
    return MemberCard(id=member_id, handle=handle, name=name, avatar=avatar)


async def of(member_ids: Iterable[UUID]) -> dict[UUID, MemberCard]:
    """The cards of these members. Ids of nobody are absent."""
    return {row["member_id"]: card(row) for row in await database.fetch(_CARDS, list(member_ids))}
