"""Who is asking, by the hash of what they show."""

from datetime import datetime
from uuid import UUID

from domain import database
from domain.identity import secrets
from domain.identity.model import IDLE, LIFETIME, SEEN_EVERY, Actor, is_alive
from domain.members.model import Device, Role, Scope, Token

_BY_SIGN_IN = """
SELECT sign_in.id, sign_in.member_id, sign_in.created_at, sign_in.last_seen_at, member.role
FROM sign_in JOIN member ON member.id = sign_in.member_id
WHERE sign_in.token_hash = $1
"""
_SEEN = "UPDATE sign_in SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2"
_BY_TOKEN = """
SELECT token.id, token.member_id, token.scopes, token.expires_at, token.last_used_at, member.role
FROM personal_token AS token JOIN member ON member.id = token.member_id
WHERE token.token_hash = $1 AND token.expires_at > $2
"""
_USED = "UPDATE personal_token SET last_used_at = $2 WHERE id = $1"
_DEVICES = """
SELECT id, created_at, last_seen_at, user_agent
FROM sign_in
WHERE member_id = $1 AND last_seen_at > $2 AND created_at > $3
ORDER BY last_seen_at DESC
LIMIT 100
"""
_TOKENS = """
SELECT id, name, scopes, created_at, expires_at, last_used_at, hint
FROM personal_token
WHERE member_id = $1
ORDER BY created_at DESC
LIMIT 100
"""
_STILL_GRANTED = """
SELECT 'session:' || id FROM sign_in WHERE id = ANY($1)
UNION ALL
SELECT 'token:' || id FROM personal_token WHERE id = ANY($1) AND expires_at > $2
UNION ALL
SELECT 'role:' || id || ':' || role FROM member WHERE id = ANY($3)
"""


async def find_by_sign_in(secret: str, *, now: datetime) -> Actor | None:
    """Whose session this is, if it is anybody's and alive."""
    row = await database.fetchrow(_BY_SIGN_IN, secrets.digest(secret))
    if row is None or not is_alive(created_at=row["created_at"], last_seen_at=row["last_seen_at"], now=now):
        return None
    if now - row["last_seen_at"] > SEEN_EVERY:
        await database.execute(_SEEN, row["id"], now)
    return Actor(row["member_id"], Role(row["role"]), sign_in_id=row["id"])


async def find_by_token(secret: str, *, now: datetime) -> Actor | None:
    """Whose personal access token this is, if it is anybody's and has not expired."""
    if not secrets.is_personal_token(secret):
        return None
    row = await database.fetchrow(_BY_TOKEN, secrets.digest(secret), now)
    if row is None:
        return None
    if row["last_used_at"] is None or now - row["last_used_at"] > SEEN_EVERY:
        await database.execute(_USED, row["id"], now)
    return Actor(
        row["member_id"],
        Role(row["role"]),
        token_id=row["id"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"]),
        expires_at=row["expires_at"],
    )


async def list_devices(member_id: UUID, *, current: UUID | None, now: datetime) -> list[Device]:
    """Where a member is signed in, the most recently seen first."""
    rows = await database.fetch(_DEVICES, member_id, now - IDLE, now - LIFETIME)
    return [
        Device(row["id"], row["id"] == current, row["created_at"], row["last_seen_at"], row["user_agent"])
        for row in rows
    ]


async def list_tokens(member_id: UUID) -> list[Token]:
    rows = await database.fetch(_TOKENS, member_id)
    return [
        Token(
            id=row["id"],
            name=row["name"],
            scopes=[Scope(scope) for scope in row["scopes"]],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            last_used_at=row["last_used_at"],
            hint=row["hint"],
        )
        for row in rows
    ]


async def still_granted(ids: list[UUID], *, members: list[UUID], now: datetime) -> set[str]:
    """Of sign-ins and tokens by id, those that still count, as `session:<id>` and `token:<id>`; and what each
    of the members is now, as `role:<member id>:<role>`."""
    return {row[0] for row in await database.fetch(_STILL_GRANTED, ids, now, members)}
