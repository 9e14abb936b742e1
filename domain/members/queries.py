"""Who members are, as far as the reader may know."""

from uuid import UUID

from domain import database
from domain.members.cards import COLUMNS, card, make
from domain.members.errors import NoSuchMember
from domain.members.model import Me, MemberCard, Preferences, Profile, Relation, Role, Theme, Units
from domain.vault import Vault
from domain.visibility import Visibility

_ME = """
SELECT *, (SELECT count(*) FROM follow WHERE followee_id = $1 AND state = 'requested') AS follow_requests
FROM member WHERE id = $1
"""
_PROFILE = f"""
SELECT {COLUMNS}, bio, role, joined_at, profile_visibility,
    may_see($2, id, profile_visibility) AS open,
    EXISTS (SELECT FROM block WHERE blocker_id = $2 AND blocked_id = id) AS blocked,
    (SELECT state FROM follow WHERE follower_id = $2 AND followee_id = id) AS follow_state,
    EXISTS (
        SELECT FROM follow WHERE follower_id = id AND followee_id = $2 AND state = 'accepted'
    ) AS follows_me,
    (SELECT count(*) FROM follow WHERE followee_id = id AND state = 'accepted') AS followers,
    (SELECT count(*) FROM follow WHERE follower_id = id AND state = 'accepted') AS following,
    (
        SELECT count(*) FROM workout
        WHERE author_id = member.id AND visibility = ANY (ARRAY(
            -- Asked once a level: asked of each workout, it costs more than all the rest.
            SELECT level FROM unnest(ARRAY['public', 'followers', 'private']) AS level
            WHERE may_see($2, member.id, level)
        ))
    ) AS workouts
FROM member
WHERE handle = $1 AND NOT EXISTS (SELECT FROM block WHERE blocker_id = member.id AND blocked_id = $2)
"""
_SEARCH = f"""
SELECT {COLUMNS}
FROM member
WHERE (handle LIKE $1 || '%' OR lower(name) LIKE $1 || '%') AND NOT are_apart($2, id)
ORDER BY handle
LIMIT $3
"""
_ID = "SELECT id FROM member WHERE handle = $1 AND NOT are_apart($2, id)"
_AVATAR = """
SELECT image
FROM avatar JOIN member ON member.id = avatar.member_id
WHERE handle = $1
    AND ($2::uuid IS NOT NULL OR profile_visibility = 'public')
    AND NOT EXISTS (SELECT FROM block WHERE blocker_id = member.id AND blocked_id = $2)
"""


async def get_me(member_id: UUID, *, vault: Vault) -> Me:
    row = await database.fetchrow(_ME, member_id)
    if row is None:
        raise NoSuchMember
    email = await vault.open(row["email"], owner=member_id, place="member.email", row=member_id)
    return Me(
        id=member_id,
        handle=row["handle"],
        name=row["name"],
        bio=row["bio"],
        email=email.decode(),
        role=Role(row["role"]),
        avatar=make(member_id, row["handle"], row["name"], row["avatar_version"]).avatar,
        preferences=Preferences(
            units=Units(row["units"]),
            tz=row["tz"],
            locale=row["locale"],
            week_start=row["week_start"],
            theme=Theme(row["theme"]),
            profile_visibility=Visibility(row["profile_visibility"]),
            workout_visibility=Visibility(row["workout_visibility"]),
        ),
        follow_requests=row["follow_requests"],
    )


async def get_profile(handle: str, *, reader: UUID | None) -> Profile:
    """A member's page: the card for every member, the rest for those it is shared with.

    Raises NoSuchMember, also where the member has blocked the reader; and for a reader who is not signed
    in, unless the profile is public.
    """
    row = await database.fetchrow(_PROFILE, handle, reader)
    if row is None or (reader is None and not row["open"]):
        raise NoSuchMember
    is_open = bool(row["open"])
    return Profile(
        member=card(row),
        relation=_relation(row, reader),
        follows_me=row["follows_me"],
        joined_on=row["joined_at"].date(),
        role=Role(row["role"]),
        visibility=Visibility(row["profile_visibility"]),
        bio=row["bio"] if is_open else None,
        workouts=row["workouts"] if is_open else None,
        followers=row["followers"] if is_open else None,
        following=row["following"] if is_open else None,
    )


async def find_members(q: str, *, reader: UUID, limit: int) -> list[MemberCard]:
    """Members whose handle or name begins with `q`."""
    escaped = q.strip().casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [card(row) for row in await database.fetch(_SEARCH, escaped, reader, limit)]


async def get_id(handle: str, *, reader: UUID | None) -> UUID:
    """The id behind a handle. Raises NoSuchMember, also where one of the two has blocked the other."""
    member_id: UUID | None = await database.fetchval(_ID, handle, reader)
    if member_id is None:
        raise NoSuchMember
    return member_id


async def find_id(handle: str) -> UUID | None:
    """The id behind a handle, whoever asks."""
    member_id: UUID | None = await database.fetchval("SELECT id FROM member WHERE handle = $1", handle)
    return member_id


async def find_by_address(index: bytes) -> UUID | None:
    """Whose e-mail address has this blind index."""
    member_id: UUID | None = await database.fetchval("SELECT id FROM member WHERE email_index = $1", index)
    return member_id


async def get_avatar(handle: str, *, reader: UUID | None) -> bytes:
    """A member's picture as WebP, for those who may see their card. Raises NoSuchMember."""
    image: bytes | None = await database.fetchval(_AVATAR, handle, reader)
    if image is None:
        raise NoSuchMember
    return image


def _relation(row: dict[str, object], reader: UUID | None) -> Relation:
    if row["member_id"] == reader:
        return Relation.SELF
    if row["blocked"]:
        return Relation.BLOCKED
    match row["follow_state"]:
        case "accepted":
            return Relation.FOLLOWING
        case "requested":
            return Relation.REQUESTED
    return Relation.NONE
