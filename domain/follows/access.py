"""What one member lets one reader see, asked once for a whole list."""

from uuid import UUID

from msgspec import Struct

from domain import database
from domain.members.cards import COLUMNS, card
from domain.members.errors import NoSuchMember
from domain.members.model import MemberCard
from domain.visibility import Visibility

# One reader sees the same levels of all that one owner shares, so a list can be filtered by an index
# condition instead of asking `may_see` for each row.
_SIGHT = f"""
SELECT {COLUMNS}, profile_visibility, ARRAY(
    SELECT level FROM unnest(ARRAY['public', 'followers', 'private']) AS level
    WHERE may_see($2, member.id, level)
) AS levels
FROM member
WHERE {{by}} = $1 AND NOT are_apart($2, member.id)
"""
_SIGHT_BY_HANDLE = _SIGHT.format(by="member.handle")
_SIGHT_BY_ID = _SIGHT.format(by="member.id")


class Sight(Struct, frozen=True):
    """The visibilities that a reader may see of what `owner` shares, and whether their profile is one."""

    owner: MemberCard
    levels: tuple[Visibility, ...]
    profile: bool


async def sight_of(owner: str | UUID, *, reader: UUID | None) -> Sight:
    """Of the member with this handle or id.

    Raises NoSuchMember, also where one has blocked the other; and for a reader who is not signed in, unless
    the profile is public.
    """
    statement = _SIGHT_BY_HANDLE if isinstance(owner, str) else _SIGHT_BY_ID
    row = await database.fetchrow(statement, owner, reader)
    if row is None:
        raise NoSuchMember
    levels = tuple(Visibility(level) for level in row["levels"])
    profile = row["profile_visibility"] in levels
    if reader is None and not profile:
        raise NoSuchMember
    return Sight(owner=card(row), levels=levels, profile=profile)
