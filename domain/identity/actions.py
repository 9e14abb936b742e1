"""Becoming a member, signing in and out, and tokens for scripts."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from domain import database
from domain.database import Transaction
from domain.identity import secrets
from domain.identity.model import (
    MOST_TOKENS,
    Actor,
    EmailTaken,
    NoSuchDevice,
    NoSuchToken,
    SignedIn,
    TokenIdTaken,
    TokensEnough,
    WrongCredentials,
    WrongPassword,
    accept_password,
)
from domain.identity.passwords import Passwords
from domain.members.cards import make
from domain.members.errors import HandleTaken
from domain.members.events import MemberJoined
from domain.members.model import (
    NewToken,
    PasswordChange,
    Preferences,
    Registration,
    Role,
    SignIn,
    Token,
    TokenDraft,
)
from domain.timezones import check_time_zone
from domain.vault import Vault

# The first account of a hub owns it; the lock lets only one be the first.
_ONE_REGISTRATION_AT_A_TIME = "SELECT pg_advisory_xact_lock(7215690242)"
_ANYBODY = "SELECT EXISTS (SELECT FROM member)"
_ADD_MEMBER = """
INSERT INTO member (
    id, handle, name, role, email, email_index, password_hash, joined_at,
    units, tz, locale, week_start, theme, profile_visibility, workout_visibility
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
_BY_LOGIN = "SELECT id, role, password_hash FROM member WHERE handle = $1 OR email_index = $2"
_BY_ID = "SELECT id, role, handle, password_hash FROM member WHERE id = $1"
_SET_HASH = "UPDATE member SET password_hash = $2 WHERE id = $1"
_ADD_SIGN_IN = """
INSERT INTO sign_in (id, member_id, token_hash, created_at, last_seen_at, user_agent)
VALUES ($1, $2, $3, $4, $4, $5)
"""
_END_SIGN_IN = "DELETE FROM sign_in WHERE id = $1 AND member_id = $2 RETURNING id"
_END_OTHERS = "DELETE FROM sign_in WHERE member_id = $1 AND id IS DISTINCT FROM $2 RETURNING id"
_END_TOKENS = "DELETE FROM personal_token WHERE id = $1 AND member_id = $2 RETURNING id"
_TOKENS = "SELECT count(*) FROM personal_token WHERE member_id = $1 AND expires_at > $2"
_ADD_TOKEN = """
INSERT INTO personal_token (id, member_id, name, scopes, token_hash, hint, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def register(
    wish: Registration, *, vault: Vault, passwords: Passwords, user_agent: str, now: datetime
) -> SignedIn:
    """A new member, signed in. The first on an empty hub becomes its owner."""
    accept_password(wish.password, handle=wish.handle, email=wish.email, pointer="/password")
    check_time_zone(wish.tz, pointer="/tz")
    password_hash = await passwords.hash(wish.password)
    try:
        async with database.transaction() as tx:
            await tx.connection.execute(_ONE_REGISTRATION_AT_A_TIME)
            role = Role.MEMBER if await tx.connection.fetchval(_ANYBODY) else Role.OWNER
            await add_member(tx, wish, role=role, password_hash=password_hash, vault=vault, now=now)
            return await _sign_in(tx, Actor(wish.id, role), user_agent=user_agent, now=now)
    except asyncpg.UniqueViolationError as error:
        # An account's id is chosen by the client; one in use is as taken as the address that goes with it.
        raise (HandleTaken if error.constraint_name == "member_handle_key" else EmailTaken) from error


async def add_member(
    tx: Transaction, wish: Registration, *, role: Role, password_hash: str, vault: Vault, now: datetime
) -> None:
    """The account itself, with an address that only the member's key opens."""
    likes = Preferences(units=wish.units, tz=wish.tz, locale=wish.locale)
    email = await vault.seal(wish.email.encode(), owner=wish.id, place="member.email", row=wish.id)
    await tx.connection.execute(
        _ADD_MEMBER,
        *(wish.id, wish.handle, wish.name, role, email, vault.blind_index(wish.email), password_hash, now),
        *(likes.units, likes.tz, likes.locale, likes.week_start, likes.theme),
        *(likes.profile_visibility, likes.workout_visibility),
    )
    tx.record(MemberJoined(make(wish.id, wish.handle, wish.name, 0)))


async def sign_in(
    wish: SignIn, *, vault: Vault, passwords: Passwords, user_agent: str, now: datetime
) -> SignedIn:
    """Sign in by handle or e-mail address. A wrong name and a wrong password look and last alike."""
    row = await database.fetchrow(_BY_LOGIN, wish.login.casefold(), vault.blind_index(wish.login))
    if not await passwords.fits(wish.password, row and row["password_hash"]):
        raise WrongCredentials
    if passwords.is_outdated(row["password_hash"]):
        await database.execute(_SET_HASH, row["id"], await passwords.hash(wish.password))
    return await sign_in_as(Actor(row["id"], Role(row["role"])), user_agent=user_agent, now=now)


async def sign_in_as(actor: Actor, *, user_agent: str, now: datetime) -> SignedIn:
    """A session for somebody who has proven who they are."""
    async with database.transaction() as tx:
        return await _sign_in(tx, actor, user_agent=user_agent, now=now)


async def sign_out(sign_in_id: UUID, *, member_id: UUID) -> None:
    """End one sign-in of a member's."""
    if await database.fetchval(_END_SIGN_IN, sign_in_id, member_id) is None:
        raise NoSuchDevice


async def change_password(
    change: PasswordChange, *, member_id: UUID, keep: UUID | None, passwords: Passwords
) -> list[UUID]:
    """Set a new password and end every other sign-in; the ids of those that ended."""
    row = await database.fetchrow(_BY_ID, member_id)
    if not await passwords.fits(change.current, row["password_hash"]):
        raise WrongPassword
    accept_password(change.new, handle=row["handle"], email=row["handle"], pointer="/new")
    fresh = await passwords.hash(change.new)
    async with database.transaction() as tx:
        await tx.connection.execute(_SET_HASH, member_id, fresh)
        return [ended["id"] for ended in await tx.connection.fetch(_END_OTHERS, member_id, keep)]


async def make_token(draft: TokenDraft, *, member_id: UUID, now: datetime) -> NewToken:
    """A personal access token. Its secret is in the answer, and never again. Raises TokensEnough."""
    if await database.fetchval(_TOKENS, member_id, now) >= MOST_TOKENS:
        raise TokensEnough
    secret = secrets.new_personal_token()
    token = Token(
        id=draft.id,
        name=draft.name,
        scopes=sorted(set(draft.scopes)),
        created_at=now,
        expires_at=now + timedelta(days=draft.expires_in_days),
        last_used_at=None,
        hint=secret[:10],
    )
    try:
        await database.execute(
            _ADD_TOKEN,
            *(token.id, member_id, token.name, token.scopes, secrets.digest(secret)),
            *(token.hint, token.created_at, token.expires_at),
        )
    except asyncpg.UniqueViolationError as error:
        raise TokenIdTaken from error
    return NewToken(token=token, secret=secret)


async def revoke_token(token_id: UUID, *, member_id: UUID) -> None:
    if await database.fetchval(_END_TOKENS, token_id, member_id) is None:
        raise NoSuchToken


async def _sign_in(tx: Transaction, actor: Actor, *, user_agent: str, now: datetime) -> SignedIn:
    secret = secrets.new_sign_in()
    sign_in_id = uuid7()
    await tx.connection.execute(
        _ADD_SIGN_IN, sign_in_id, actor.member_id, secrets.digest(secret), now, user_agent[:300]
    )
    return SignedIn(Actor(actor.member_id, actor.role, sign_in_id=sign_in_id), secret)
