"""The whole application in this process, on this test's database and Redis, and people who use its API."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pytest
from uuid_utils.compat import uuid7

from hub.app import create_app
from hub.settings import Settings

PASSWORD = "correct horse battery"

# The hub tells of each request itself.
logging.getLogger("httpx").setLevel(logging.WARNING)


class Person:
    """Somebody with a browser or a token: an HTTP client that keeps cookies and sends the CSRF token."""

    def __init__(self, app: Any, *, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://hub.test", headers=headers
        )
        self.id = ""
        self.handle = ""

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        if body is not None:
            options["json"] = body
        return await self.http.request(method, path, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.call("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return await self.call("POST", path, body, **options)

    async def put(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return await self.call("PUT", path, body, **options)

    async def patch(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return await self.call("PATCH", path, body, **options)

    async def delete(self, path: str, **options: Any) -> httpx.Response:
        return await self.call("DELETE", path, **options)

    def signed_in(self, session: dict[str, Any]) -> None:
        """Remember who this is and the CSRF token, from the answer to a sign-in."""
        self.http.headers["X-CSRF-Token"] = session["csrf_token"]
        self.id, self.handle = session["me"]["id"], session["me"]["handle"]


class Api:
    """The running application. The first person who registers owns the hub, so a founder is there first."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.people: list[Person] = []

    def stranger(self) -> Person:
        """Somebody who is not signed in."""
        self.people.append(Person(self.app))
        return self.people[-1]

    def script(self, token: str) -> Person:
        """A program with a personal access token."""
        self.people.append(Person(self.app, token=token))
        return self.people[-1]

    async def person(self, handle: str, *, public: bool = False) -> Person:
        """A new member, signed in. `public`: their profile and workouts are for everybody."""
        person = self.stranger()
        wish = {
            "id": str(uuid7()),
            "email": f"{handle}@example.org",
            "password": PASSWORD,
            "handle": handle,
            "name": handle.capitalize(),
        }
        answer = await person.post("/api/accounts", wish)
        assert answer.status_code == 201, answer.text
        person.signed_in(answer.json())
        if public:
            likes = {"profile_visibility": "public", "workout_visibility": "public"}
            assert (await person.put("/api/me/preferences", likes)).status_code == 200
        return person


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Api]:
    """The application between its start and its end."""
    app = create_app(settings)
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    # Litestar's types leave the lifespan's messages out.
    serve = cast(Callable[..., Coroutine[Any, Any, None]], app)
    life = asyncio.create_task(serve({"type": "lifespan", "state": {}}, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    started = await outbox.get()
    assert started["type"] == "lifespan.startup.complete", started
    api = Api(app)
    try:
        yield api
    finally:
        for person in api.people:
            await person.http.aclose()
        await inbox.put({"type": "lifespan.shutdown"})
        await life


@pytest.fixture
async def api(database_url: str, redis_url: str) -> AsyncIterator[Api]:
    """The application, with an owner already there."""
    settings = Settings(database_url=database_url, redis_url=redis_url, master_key=os.urandom(32))
    async with running(settings) as api:
        await api.person("founder")
        yield api
