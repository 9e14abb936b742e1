"""Becoming a member, signing in and out, tokens: on a real database."""

import asyncio
from datetime import timedelta

import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.identity import actions, queries
from domain.identity.model import (
    IDLE,
    EmailTaken,
    NoSuchDevice,
    NoSuchToken,
    SignedIn,
    WrongCredentials,
    WrongPassword,
)
from domain.identity.passwords import Passwords
from domain.members.errors import HandleTaken
from domain.members.model import PasswordChange, Registration, Role, Scope, SignIn, TokenDraft
from tests.support.domains import NOW, Domain

PASSWORD = "correct horse battery"


def wish(handle: str, email: str | None = None) -> Registration:
    return Registration(
        id=uuid7(), email=email or f"{handle}@example.org", password=PASSWORD, handle=handle, name=handle
    )


async def register(db: Domain, passwords: Passwords, wanted: Registration) -> SignedIn:
    return await actions.register(wanted, vault=db.vault, passwords=passwords, user_agent="test", now=NOW)


async def test_only_one_of_many_who_come_first_owns_the_hub(db: Domain, passwords: Passwords) -> None:
    everybody = await asyncio.gather(*(register(db, passwords, wish(f"member_{n}")) for n in range(6)))
    assert sorted(one.actor.role for one in everybody) == [Role.MEMBER] * 5 + [Role.OWNER]


async def test_a_handle_and_an_address_belong_to_one_account(db: Domain, passwords: Passwords) -> None:
    await register(db, passwords, wish("ana"))
    with pytest.raises(HandleTaken):
        await register(db, passwords, wish("ana", "other@example.org"))
    with pytest.raises(EmailTaken):
        await register(db, passwords, wish("bob", "ANA@example.org"))


async def test_signing_in_by_handle_or_address(db: Domain, passwords: Passwords) -> None:
    await register(db, passwords, wish("ana"))
    for login in ("ana", "Ana", "ana@example.org", "ANA@Example.org"):
        signed_in = await actions.sign_in(
            SignIn(login, PASSWORD), vault=db.vault, passwords=passwords, user_agent="", now=NOW
        )
        assert await queries.find_by_sign_in(signed_in.secret, now=NOW) == signed_in.actor


@pytest.mark.parametrize("login", ["ana", "nobody", "ana@example.org", "%", "' OR 1=1 --"])
async def test_a_wrong_name_and_a_wrong_password_are_the_same_refusal(
    db: Domain, passwords: Passwords, login: str
) -> None:
    await register(db, passwords, wish("ana"))
    with pytest.raises(WrongCredentials):
        await actions.sign_in(
            SignIn(login, "wrong password"), vault=db.vault, passwords=passwords, user_agent="", now=NOW
        )


async def test_a_sign_in_ends_when_it_is_revoked_and_when_it_was_not_seen_for_long(
    db: Domain, passwords: Passwords
) -> None:
    one = await register(db, passwords, wish("ana"))
    assert await queries.find_by_sign_in(one.secret, now=NOW + IDLE) is None
    assert one.actor.sign_in_id is not None
    await actions.sign_out(one.actor.sign_in_id, member_id=one.actor.member_id)
    assert await queries.find_by_sign_in(one.secret, now=NOW) is None


async def test_nobody_ends_the_sign_in_of_another(db: Domain, passwords: Passwords) -> None:
    ana = await register(db, passwords, wish("ana"))
    bob = await register(db, passwords, wish("bob"))
    assert ana.actor.sign_in_id is not None
    with pytest.raises(NoSuchDevice):
        await actions.sign_out(ana.actor.sign_in_id, member_id=bob.actor.member_id)
    assert await queries.find_by_sign_in(ana.secret, now=NOW) == ana.actor


async def test_a_new_password_ends_every_other_sign_in(db: Domain, passwords: Passwords) -> None:
    first = await register(db, passwords, wish("ana"))
    second = await actions.sign_in_as(first.actor, user_agent="phone", now=NOW)
    change = PasswordChange(current=PASSWORD, new="another horse battery")
    with pytest.raises(WrongPassword):
        await actions.change_password(
            PasswordChange(current="wrong", new="another horse battery"),
            member_id=first.actor.member_id,
            keep=None,
            passwords=passwords,
        )
    ended = await actions.change_password(
        change, member_id=first.actor.member_id, keep=second.actor.sign_in_id, passwords=passwords
    )
    assert ended == [first.actor.sign_in_id]
    assert await queries.find_by_sign_in(first.secret, now=NOW) is None
    assert await queries.find_by_sign_in(second.secret, now=NOW) == second.actor


async def test_a_token_is_known_by_its_secret_until_it_expires_or_is_revoked(db: Domain) -> None:
    ana = await db.member("ana")
    draft = TokenDraft(id=uuid7(), name="watch", scopes=[Scope.LOGS_WRITE], expires_in_days=1)
    made = await actions.make_token(draft, member_id=ana.member_id, now=NOW)

    found = await queries.find_by_token(made.secret, now=NOW)
    assert found is not None
    assert (found.member_id, found.token_id, found.scopes) == (ana.member_id, draft.id, {Scope.LOGS_WRITE})
    assert await queries.find_by_token(made.secret, now=NOW + timedelta(days=1)) is None
    stored = await database.fetchval("SELECT row_to_json(personal_token)::text FROM personal_token")
    assert made.secret not in stored

    with pytest.raises(NoSuchToken):
        await actions.revoke_token(draft.id, member_id=uuid7())
    await actions.revoke_token(draft.id, member_id=ana.member_id)
    assert await queries.find_by_token(made.secret, now=NOW) is None


async def test_the_address_is_sealed_in_the_database(db: Domain, passwords: Passwords) -> None:
    await register(db, passwords, wish("ana"))
    row = await database.fetchrow("SELECT * FROM member")
    assert not any(b"ana@example.org" in value for value in row.values() if isinstance(value, bytes))
    assert "ana@example.org" not in str(dict(row))
