"""A hub for people with browsers: one process, and two whose Redis is to be restarted in the middle."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from msgspec import Struct
from playwright.async_api import Browser

from hub.embedded import RedisServer
from tests.browser.people import Somebody, somebody
from tests.support.hubs import HubProcess, StartHub

Invite = Callable[..., Awaitable[list[Somebody]]]
"""`ana, bob = await invite("Ana", "Bob")`: new members, each in a browser context of their own."""


class Surroundings(Struct):
    """The hub that people use, and what happens to it meanwhile."""

    hub: HubProcess
    redis: RedisServer
    redis_restarts: bool


@pytest.fixture(params=[1, 2], ids=["one process", "two processes, Redis restarted"])
async def around(
    request: pytest.FixtureRequest, hub_process: StartHub, redis_server: RedisServer
) -> Surroundings:
    hub = await hub_process(workers=request.param, redis_url=redis_server.url)
    return Surroundings(hub, redis_server, redis_restarts=request.param == 2)


@pytest.fixture
async def invite(browser: Browser, around: Surroundings) -> AsyncIterator[Invite]:
    async with AsyncExitStack() as stack:
        people: list[Somebody] = []

        async def invite(*names: str) -> list[Somebody]:
            fresh = [
                await stack.enter_async_context(somebody(browser, name, around.hub.port)) for name in names
            ]
            people.extend(fresh)
            return fresh

        yield invite
        for person in people:
            assert person.errors == []
