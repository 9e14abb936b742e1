"""Who is asking, on every request: from the session's cookie or a bearer token; and whether they may."""

import hmac
from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope as ASGIScope

from domain.errors import NotAllowed
from domain.identity import queries, secrets
from domain.identity.model import LIFETIME, Actor
from hub import clock
from hub.policy import Permission, may
from hub.problems import NotJson, Unauthenticated
from hub.settings import Settings

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class WrongCsrfToken(NotAllowed):
    """Send the session's `csrf_token` as `X-CSRF-Token` with every change."""

    code = "csrf"


class Forbidden(NotAllowed):
    """Neither your role nor your token's scopes allow this."""

    code = "not_allowed"


def cookie_name(settings: Settings) -> str:
    """Browsers accept `__Host-` over HTTPS alone; plain HTTP is for one's own machine and network."""
    return "__Host-pulse" if settings.is_https else "pulse"


def sign_in_cookie(settings: Settings, secret: str) -> Cookie:
    return Cookie(
        key=cookie_name(settings),
        value=secret,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def sign_out_cookie(settings: Settings) -> Cookie:
    return Cookie(key=cookie_name(settings), value="", max_age=0, path="/", secure=settings.is_https)


async def identify(connection: ASGIConnection[Any, Any, Any, Any], settings: Settings) -> Actor | None:
    """Who this is. A bearer token that is sent must be valid: it is never silently ignored."""
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    if kind:
        actor = await queries.find_by_token(token, now=clock.now()) if kind.lower() == "bearer" else None
        if actor is None:
            raise Unauthenticated
        return actor
    secret = connection.cookies.get(cookie_name(settings))
    return await queries.find_by_sign_in(secret, now=clock.now()) if secret else None


async def authorise(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard in front of every route. A route that names no permission is refused."""
    settings = cast(Settings, connection.app.state.settings)
    permission = handler.opt.get("permission")
    asked_for = handler.parsed_fn_signature.parameters
    # A page or a script is the same for everybody: it comes without a look into the database, and without it.
    is_same_for_all = permission is Permission.PUBLIC and "actor" not in asked_for
    is_anonymous = is_same_for_all and "authorization" not in connection.headers
    actor = None if is_anonymous else await identify(connection, settings)
    connection.scope["pulse.actor"] = actor  # type: ignore[typeddict-unknown-key]  # a scope may carry more
    if not isinstance(permission, Permission) or not may(actor, permission):
        raise Unauthenticated if actor is None else Forbidden
    if actor and actor.sign_in_id and permission is not Permission.PUBLIC:
        _check_csrf(connection, cookie_name(settings))
    _check_media_type(connection, handler)


def actor_of(scope: ASGIScope) -> Actor | None:
    """Who the guard found."""
    return cast("Actor | None", scope.get("pulse.actor"))


def provide_me(request: Request[Any, Any, Any]) -> Actor:
    """The member who is asking, for handlers whose permission only members hold."""
    actor = actor_of(request.scope)
    if actor is None:
        raise Unauthenticated
    return actor


def provide_actor(request: Request[Any, Any, Any]) -> Actor | None:
    """Who is asking, for handlers that answer everybody."""
    return actor_of(request.scope)


def _check_csrf(connection: ASGIConnection[Any, Any, Any, Any], cookie: str) -> None:
    if cast(dict[str, Any], connection.scope).get("method") not in _UNSAFE:
        return
    sent = connection.headers.get("x-csrf-token", "")
    if not hmac.compare_digest(sent.encode(), secrets.csrf_token(connection.cookies[cookie]).encode()):
        raise WrongCsrfToken


def _check_media_type(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Litestar reads JSON whatever the body is said to be; a form of another site can say `text/plain`."""
    reads_json = "data" in handler.parsed_fn_signature.parameters
    media_type = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if reads_json and media_type != "application/json":
        raise NotJson
