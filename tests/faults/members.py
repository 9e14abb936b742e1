"""People of these tests: made in the database at once, for a password costs its time on purpose."""

from uuid import UUID

from msgspec import Struct
from uuid_utils.compat import uuid7

from domain import database
from domain.identity import actions as identity
from domain.identity.model import Actor
from domain.members.model import Registration, Role, Scope, TokenDraft
from domain.vault import Vault
from hub import clock


class Member(Struct, frozen=True):
    """Somebody with an account, a token for everything that a token may do, and a session."""

    id: UUID
    handle: str
    token: str
    token_id: UUID
    sign_in: str

    def __str__(self) -> str:
        return self.handle


async def newcomer(vault: Vault) -> Member:
    """A member whom nobody has seen before."""
    now = clock.now()
    handle = f"m{uuid7().hex[-12:]}"
    wish = Registration(
        id=uuid7(), email=f"{handle}@example.org", password="unused password", handle=handle, name=handle
    )
    async with database.transaction() as tx:
        await identity.add_member(tx, wish, role=Role.MEMBER, password_hash="", vault=vault, now=now)
    draft = TokenDraft(id=uuid7(), name="test", scopes=list(Scope))
    made = await identity.make_token(draft, member_id=wish.id, now=now)
    signed_in = await identity.sign_in_as(Actor(wish.id, Role.MEMBER), user_agent="", now=now)
    return Member(wish.id, handle, made.secret, draft.id, signed_in.secret)
