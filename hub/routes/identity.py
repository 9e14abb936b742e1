"""Accounts, sessions, devices and tokens."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post, put

from domain.errors import NotFound
from domain.identity import actions, queries
from domain.identity.model import Actor, NoSuchDevice, SignedIn
from domain.identity.secrets import csrf_token
from domain.members import queries as members
from domain.members.model import (
    Device,
    NewToken,
    PasswordChange,
    Registration,
    Role,
    SessionInfo,
    SignIn,
    Token,
    TokenDraft,
)
from hub import rate_limits
from hub.auth import cookie_name, sign_in_cookie, sign_out_cookie
from hub.policy import Permission, may, needs
from hub.services import Services

DEMO_VISITOR = "visitor@demo.invalid"
"""The address of the account that "Look around" signs in to: its handle is the visitors' to change."""


@get("/api/session", opt=needs(Permission.PUBLIC))
async def get_session(
    request: Request[Any, Any, Any], actor: Actor | None, services: Services, now: datetime
) -> SessionInfo:
    """Who this browser is signed in as. A token that may not read its member's profile learns nothing."""
    if actor is not None and not may(actor, Permission.SELF_READ):
        actor = None
    secret = request.cookies.get(cookie_name(services.settings), "")
    return await _session_info(actor, secret, services, now)


@post("/api/accounts", opt=needs(Permission.PUBLIC))
async def register(
    request: Request[Any, Any, Any], data: Registration, services: Services, client: str, now: datetime
) -> Response[SessionInfo]:
    """Become a member, and be signed in."""
    await services.limits.count(rate_limits.REGISTER_AN_ADDRESS, "register", client)
    signed_in = await actions.register(
        data, vault=services.vault, passwords=services.passwords, user_agent=_user_agent(request), now=now
    )
    return await _signed_in(request, signed_in, services, now, status=201)


@post("/api/session", status_code=200, opt=needs(Permission.PUBLIC))
async def sign_in(
    request: Request[Any, Any, Any], data: SignIn, services: Services, client: str, now: datetime
) -> Response[SessionInfo]:
    """Sign in. The session that this browser had before ends."""
    await services.limits.count(rate_limits.SIGN_IN_AN_ADDRESS, "sign in from", client)
    await services.limits.count(rate_limits.SIGN_IN_A_NAME, "sign in as", data.login.casefold())
    signed_in = await actions.sign_in(
        data, vault=services.vault, passwords=services.passwords, user_agent=_user_agent(request), now=now
    )
    return await _signed_in(request, signed_in, services, now)


@post("/api/demo/session", status_code=200, opt=needs(Permission.PUBLIC))
async def look_around(
    request: Request[Any, Any, Any], services: Services, client: str, now: datetime
) -> Response[SessionInfo]:
    """Sign in as the demo's visitor: one click, in demo mode only."""
    if not services.settings.demo:
        raise NotFound
    await services.limits.count(rate_limits.LOOK_AROUND_FROM_AN_ADDRESS, "look around", client)
    visitor = await members.find_by_address(services.vault.blind_index(DEMO_VISITOR))
    if visitor is None:
        raise NotFound
    actor = Actor(visitor, Role.MEMBER)
    signed_in = await actions.sign_in_as(actor, user_agent=_user_agent(request), now=now)
    return await _signed_in(request, signed_in, services, now)


@delete("/api/session", opt=needs(Permission.SELF_MANAGE))
async def sign_out(me: Actor, services: Services) -> Response[None]:
    """Sign out of this browser."""
    assert me.sign_in_id is not None, "no token may sign out"
    await actions.sign_out(me.sign_in_id, member_id=me.member_id)
    services.node.revoke([f"session:{me.sign_in_id}"])
    return Response(None, status_code=204, cookies=[sign_out_cookie(services.settings)])


@put("/api/me/password", status_code=204, opt=needs(Permission.SELF_MANAGE))
async def change_password(data: PasswordChange, me: Actor, services: Services) -> None:
    """A new password; every other device is signed out."""
    await services.limits.count(rate_limits.SIGN_IN_A_NAME, "password of", str(me.member_id))
    ended = await actions.change_password(
        data, member_id=me.member_id, keep=me.sign_in_id, passwords=services.passwords
    )
    services.node.revoke([f"session:{sign_in_id}" for sign_in_id in ended])


@get("/api/me/devices", opt=needs(Permission.SELF_MANAGE))
async def list_devices(me: Actor, now: datetime) -> list[Device]:
    """Where I am signed in."""
    return await queries.list_devices(me.member_id, current=me.sign_in_id, now=now)


@delete("/api/me/devices/{device_id:uuid}", opt=needs(Permission.SELF_MANAGE))
async def end_device(device_id: UUID, me: Actor, services: Services) -> None:
    """Sign out somewhere else."""
    await actions.sign_out(device_id, member_id=me.member_id)
    services.node.revoke([f"session:{device_id}"])


@get("/api/me/tokens", opt=needs(Permission.SELF_MANAGE))
async def list_tokens(me: Actor) -> list[Token]:
    """My personal access tokens."""
    return await queries.list_tokens(me.member_id)


@post("/api/me/tokens", opt=needs(Permission.SELF_MANAGE))
async def make_token(data: TokenDraft, me: Actor, now: datetime) -> NewToken:
    """A token for a script. Its secret is shown this once."""
    return await actions.make_token(data, member_id=me.member_id, now=now)


@delete("/api/me/tokens/{token_id:uuid}", opt=needs(Permission.SELF_MANAGE))
async def revoke_token(token_id: UUID, me: Actor, services: Services) -> None:
    """Take a token back, at once and everywhere."""
    await actions.revoke_token(token_id, member_id=me.member_id)
    services.node.revoke([f"token:{token_id}"])


async def _signed_in(
    request: Request[Any, Any, Any],
    signed_in: SignedIn,
    services: Services,
    now: datetime,
    *,
    status: int = 200,
) -> Response[SessionInfo]:
    before = await queries.find_by_sign_in(request.cookies.get(cookie_name(services.settings), ""), now=now)
    if before is not None and before.sign_in_id is not None:
        with suppress(NoSuchDevice):  # it was ended a moment ago, by another tab
            await actions.sign_out(before.sign_in_id, member_id=before.member_id)
        services.node.revoke([f"session:{before.sign_in_id}"])
    return Response(
        await _session_info(signed_in.actor, signed_in.secret, services, now),
        status_code=status,
        cookies=[sign_in_cookie(services.settings, signed_in.secret)],
    )


async def _session_info(actor: Actor | None, secret: str, services: Services, now: datetime) -> SessionInfo:
    me = await members.get_me(actor.member_id, vault=services.vault) if actor else None
    return SessionInfo(
        me=me,
        csrf_token=csrf_token(secret) if actor and actor.sign_in_id else None,
        demo=services.settings.demo,
        now=now,
    )


def _user_agent(request: Request[Any, Any, Any]) -> str:
    return request.headers.get("user-agent", "")


ROUTES = [
    get_session,
    register,
    sign_in,
    look_around,
    sign_out,
    change_password,
    list_devices,
    end_device,
    list_tokens,
    make_token,
    revoke_token,
]
