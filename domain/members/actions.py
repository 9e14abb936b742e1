"""What members change about themselves, and roles."""

from typing import cast
from uuid import UUID

import asyncpg

from domain import database
from domain.database import Transaction
from domain.members.avatars import encode_avatar
from domain.members.cards import COLUMNS, card
from domain.members.errors import AboveYou, HandleTaken, LastOwner, NoSuchMember
from domain.members.events import PreferencesChanged, ProfileChanged
from domain.members.model import Preferences, ProfileChange, Role
from domain.timezones import check_time_zone

_CHANGE = f"""
UPDATE member
SET handle = coalesce($2, handle), name = coalesce($3, name), bio = coalesce($4, bio)
WHERE id = $1
RETURNING {COLUMNS}
"""
_PREFER = """
UPDATE member
SET units = $2, tz = $3, locale = $4, week_start = $5, theme = $6,
    profile_visibility = $7, workout_visibility = $8
WHERE id = $1
"""
_PUT_AVATAR = """
INSERT INTO avatar (member_id, image) VALUES ($1, $2)
ON CONFLICT (member_id) DO UPDATE SET image = excluded.image
"""
_DROP_AVATAR = "DELETE FROM avatar WHERE member_id = $1"
# Versions of a removed picture are never used again: caches keep it for ever under the old one.
_NEW_AVATAR = f"""
UPDATE member SET avatar_version = abs(avatar_version) + 1 WHERE id = $1 RETURNING {COLUMNS}
"""
_NO_AVATAR = f"UPDATE member SET avatar_version = -abs(avatar_version) WHERE id = $1 RETURNING {COLUMNS}"
# Two owners who step down at once would each see the other still there.
_ONE_CHANGE_OF_ROLES_AT_A_TIME = "SELECT pg_advisory_xact_lock(7215690245)"
_ROLES = "SELECT id, handle, role FROM member WHERE handle = $1 OR id = $2 ORDER BY id FOR UPDATE"
_OWNERS = "SELECT count(*) FROM member WHERE role = 'owner'"
_SET_ROLE = "UPDATE member SET role = $2 WHERE id = $1"

_RANK = {Role.MEMBER: 0, Role.COACH: 1, Role.MODERATOR: 2, Role.ADMIN: 3, Role.OWNER: 4}


async def change_profile(change: ProfileChange, *, member_id: UUID) -> None:
    """Set what is given. Raises HandleTaken."""
    try:
        async with database.transaction() as tx:
            row = await tx.connection.fetchrow(_CHANGE, member_id, change.handle, change.name, change.bio)
            tx.record(ProfileChanged(card(row)))
    except asyncpg.UniqueViolationError as error:
        raise HandleTaken from error


async def prefer(wish: Preferences, *, member_id: UUID) -> Preferences:
    """Set all preferences at once. Raises UnknownTimeZone."""
    check_time_zone(wish.tz, pointer="/tz")
    async with database.transaction() as tx:
        await tx.connection.execute(
            _PREFER,
            *(member_id, wish.units, wish.tz, wish.locale, wish.week_start, wish.theme),
            *(wish.profile_visibility, wish.workout_visibility),
        )
        tx.record(PreferencesChanged(member_id, wish))
    return wish


async def set_avatar(upload: bytes, *, member_id: UUID) -> None:
    """Take a picture. Raises NotAPicture."""
    image = await encode_avatar(upload)
    async with database.transaction() as tx:
        await tx.connection.execute(_PUT_AVATAR, member_id, image)
        await _tell(tx, _NEW_AVATAR, member_id)


async def remove_avatar(*, member_id: UUID) -> None:
    async with database.transaction() as tx:
        await tx.connection.execute(_DROP_AVATAR, member_id)
        await _tell(tx, _NO_AVATAR, member_id)


async def set_role(handle: str, role: Role, *, by: UUID) -> UUID:
    """Give a member a role; their id. Only below one's own role, but an owner makes owners.

    Raises NoSuchMember, AboveYou, LastOwner.
    """
    async with database.transaction() as tx:
        await tx.connection.execute(_ONE_CHANGE_OF_ROLES_AT_A_TIME)
        rows = await tx.connection.fetch(_ROLES, handle, by)
        roles = {row["id"]: Role(row["role"]) for row in rows}
        member_id = next((row["id"] for row in rows if row["handle"] == handle), None)
        if member_id is None:
            raise NoSuchMember
        before = roles[member_id]
        if roles[by] is not Role.OWNER and max(_RANK[role], _RANK[before]) >= _RANK[roles[by]]:
            raise AboveYou
        if before is Role.OWNER and role is not Role.OWNER and await tx.connection.fetchval(_OWNERS) == 1:
            raise LastOwner
        await tx.connection.execute(_SET_ROLE, member_id, role)
    return cast(UUID, member_id)


async def _tell(tx: Transaction, statement: str, member_id: UUID) -> None:
    tx.record(ProfileChanged(card(await tx.connection.fetchrow(statement, member_id))))
