"""Who is asking: a signed-in browser or a personal access token, and what each may refuse."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from domain.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound
from domain.members.model import Role, Scope

IDLE = timedelta(days=30)
"""A browser that was not seen for so long must sign in again."""
LIFETIME = timedelta(days=180)
"""And so must one that signed in so long ago."""
SEEN_EVERY = timedelta(minutes=5)
MOST_TOKENS = 50
"""Personal access tokens a member, at once."""


class Actor(Struct, frozen=True):
    """A member as a sign-in or a token proves them. A token has scopes; a browser may do all its role may."""

    member_id: UUID
    role: Role
    sign_in_id: UUID | None = None
    token_id: UUID | None = None
    scopes: frozenset[Scope] = frozenset()
    expires_at: datetime | None = None


class SignedIn(Struct, frozen=True):
    """A fresh sign-in. `secret` goes into the cookie and nowhere else."""

    actor: Actor
    secret: str


class WrongCredentials(NotAllowed):
    """No member has this name and password."""

    code = "wrong_credentials"


class WrongPassword(NotAllowed):
    """This is not your current password."""

    code = "wrong_password"


class EmailTaken(Conflict):
    """There is an account with this e-mail address already."""

    code = "email_taken"


class NoSuchDevice(NotFound):
    """You are not signed in on such a device."""

    code = "device_not_found"


class NoSuchToken(NotFound):
    """You have no such token."""

    code = "token_not_found"


class TokenIdTaken(Conflict):
    """There is a token with this id already."""

    code = "id_taken"


class TokensEnough(Conflict):
    """You have as many tokens as anybody needs: revoke one first."""

    code = "too_many_tokens"


class WeakPassword(Invalid):
    """This password is easily guessed."""

    code = "weak_password"


def accept_password(password: str, *, handle: str, email: str, pointer: str) -> None:
    """Refuse what is tried first: the name, the address, one character over and over, a plain run."""
    folded = password.casefold()
    guesses = {handle.casefold(), email.casefold(), email.casefold().partition("@")[0]}
    run = "01234567890123456789abcdefghijklmnopqrstuvwxyz"
    if folded in guesses or len(set(folded)) < 4 or folded in run or folded in _EVERYBODYS:
        raise WeakPassword(errors=(FieldError(pointer, "choose one that is harder to guess"),))


def is_alive(*, created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Whether a sign-in still counts."""
    return now - last_seen_at < IDLE and now - created_at < LIFETIME


_EVERYBODYS = {
    *("password1234", "passwordpassword", "qwertyuiop", "qwerty12345", "1q2w3e4r5t", "iloveyou123"),
    *("letmein12345", "administrator", "welcome1234", "changeme123", "1234512345", "trustno1trustno1"),
}
