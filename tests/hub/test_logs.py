"""Logs are facts without secrets: whatever happens, no address, password, token or cookie is in them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from litestar import Litestar, Request, post
from structlog.stdlib import ProcessorFormatter
from uuid_utils.compat import uuid7

from domain.identity.model import Actor
from hub.policy import Permission, needs
from tests.support.apis import Api

EMAIL = "canary.address@example.org"
PASSWORD = "canary password in the coal mine"
NOTE = "canary note: my knee hurts"


@pytest.fixture
def logged(api: Api) -> Iterator[io.StringIO]:
    """What the application logs from here on."""
    (handler,) = [
        one
        for one in logging.getLogger().handlers
        if type(one) is logging.StreamHandler and isinstance(one.formatter, ProcessorFormatter)
    ]
    said = io.StringIO()
    before = handler.setStream(said)
    yield said
    handler.setStream(before)


@post("/api/mistake", opt=needs(Permission.SELF_MANAGE))
async def mistake(request: Request[Any, Any, Any], me: Actor) -> None:
    """A handler of ours with a bug, at the worst moment: everything is in its variables."""
    secrets = (await request.body(), request.headers.get("cookie"), request.headers.get("x-csrf-token"))
    structlog.get_logger().info("about to fail", member=str(me.member_id))
    raise KeyError(len(secrets))


async def test_no_secret_gets_into_the_logs(api: Api, logged: io.StringIO) -> None:
    litestar: Litestar = api.app._app
    litestar.register(mistake)
    ana = api.stranger()
    wish = {
        "id": str(uuid7()),
        "email": EMAIL,
        "password": PASSWORD,
        "handle": "ana",
        "name": "Ana",
    }
    session = await ana.post("/api/accounts", wish)
    assert session.status_code == 201
    ana.signed_in(session.json())
    draft = {"id": str(uuid7()), "name": "watch", "scopes": ["logs:write"]}
    token = (await ana.post("/api/me/tokens", draft)).json()["secret"]
    script = api.script(token)

    await ana.post("/api/session", {"login": EMAIL, "password": PASSWORD + " wrong"})
    await ana.http.post("/api/session", content=json.dumps({"login": EMAIL, "password": 1, PASSWORD: 1}))
    await ana.post("/api/accounts", wish)
    await ana.get(f"/api/members?q={EMAIL}&password={PASSWORD}&token={token}")
    await ana.get(f"/api/{token}")
    await ana.http.get("/api/me", headers={"authorization": f"Bearer {token}x"})
    await script.post("/api/workouts", {"id": "x", "note": NOTE})
    assert (await ana.post("/api/mistake", {"note": NOTE, "password": PASSWORD})).status_code == 500
    await ana.delete("/api/session")

    said = logged.getvalue()
    assert said.count('"event": "request"') >= 10
    assert '"event": "request failed"' in said
    assert "KeyError" in said
    assert all(json.loads(line)["event"] for line in said.splitlines() if line.startswith("{"))
    cookie = session.cookies["pulse"]
    csrf = session.json()["csrf_token"]
    for secret in (EMAIL, "canary.address", PASSWORD, NOTE, token, token[6:], cookie, csrf):
        assert secret not in said, secret


async def test_a_request_is_found_by_its_id(api: Api, logged: io.StringIO) -> None:
    answer = await api.stranger().get("/api/me", headers={"x-request-id": "chosen by the client"})
    lines = [json.loads(line) for line in logged.getvalue().splitlines() if line.startswith("{")]
    (found,) = [line for line in lines if line.get("request_id") == answer.headers["x-request-id"]]
    assert (found["method"], found["route"], found["status"]) == ("GET", "/api/me", 401)
    assert found["ms"] > 0
