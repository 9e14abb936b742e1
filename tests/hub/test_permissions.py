"""Nothing is reachable by accident: every route and every kind of channel names its permission."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from litestar import Litestar, get
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from domain.identity.model import Actor
from domain.members.model import Role
from hub import channels
from hub.boards.live import LiveBoards
from hub.live_host import LiveHost, identity_of
from hub.policy import _RULES, Permission
from realtime.channels import Kind
from tests.support.apis import Api
from tests.support.domains import Domain


def undeclared(handlers: Iterator[BaseRouteHandler]) -> list[str]:
    return [str(one) for one in handlers if not isinstance(one.opt.get("permission"), Permission)]


def handlers_of(app: Litestar) -> Iterator[BaseRouteHandler]:
    """What the running application really routes to, but for the OPTIONS handlers that Litestar adds."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)]):
            added = isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"OPTIONS"}
            if not added:
                yield handler


def inner(api: Api) -> Litestar:
    litestar: Litestar = api.app._app
    return litestar


async def test_every_route_declares_a_permission(api: Api) -> None:
    handlers = list(handlers_of(inner(api)))
    assert len(handlers) > 50
    assert undeclared(iter(handlers)) == []


async def test_a_route_that_declares_nothing_is_refused_to_everybody(api: Api) -> None:
    @get("/api/forgotten")
    async def forgotten() -> dict[str, Any]:
        return {"secret": True}

    inner(api).register(forgotten)
    assert len(undeclared(handlers_of(inner(api)))) == 1

    founder = api.people[0]
    assert (await founder.get("/api/forgotten")).status_code == 403
    assert (await api.stranger().get("/api/forgotten")).status_code == 401


async def test_what_litestar_answers_by_itself_is_refused_too(api: Api) -> None:
    assert (await api.stranger().call("OPTIONS", "/api/me")).status_code == 401
    assert (await api.people[0].call("OPTIONS", "/api/me")).status_code == 403


def test_every_permission_but_the_public_one_has_a_rule() -> None:
    assert set(_RULES) == set(Permission) - {Permission.PUBLIC}


def test_every_kind_of_channel_declares_a_permission() -> None:
    kinds = {one.name for one in [*vars(channels).values()] if isinstance(one, Kind)}
    assert len(kinds) >= 9
    assert kinds == set(channels.PERMISSIONS)
    assert all(channels.KINDS.of(f"{kind}:x") is not None for kind in kinds)
    assert Permission.PUBLIC not in channels.PERMISSIONS.values()


async def test_a_channel_of_a_kind_that_declares_nothing_is_nobodys(db: Domain) -> None:
    owner = identity_of(Actor((await db.member("ana")).member_id, Role.OWNER, sign_in_id=uuid4()))
    host = LiveHost(db.vault, LiveBoards(None, node_id="test"))
    for channel in (f"forgotten:{uuid4()}", "", ":", "live:", "live:x", "member", "member:", "member:x"):
        assert not await host.may_watch(owner, channel), channel


async def test_a_channel_has_one_name_only(db: Domain) -> None:
    """Another spelling of an id would be another channel, whose events nobody publishes."""
    ana = await db.member("ana")
    me = identity_of(Actor(ana.member_id, Role.MEMBER, sign_in_id=uuid4()))
    host = LiveHost(db.vault, LiveBoards(None, node_id="test"))
    right = str(ana.member_id)
    assert await host.may_watch(me, f"member:{right}")
    for wrong in (right.upper(), right.replace("-", ""), f"{{{right}}}", f"urn:uuid:{right}", f" {right}"):
        assert not await host.may_watch(me, f"member:{wrong}"), wrong
