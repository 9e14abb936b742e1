"""PostgreSQL and Redis stop, freeze and come back; nodes die. Nobody waits for ever, nothing is lost."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx

from hub.embedded import PostgresServer, RedisServer
from hub.migrate import migrate
from realtime.client import LiveClient
from tests.hub.test_sockets import Browser
from tests.support.freezing import frozen
from tests.support.hubs import HubProcess, StartHub

_AWAY_S = 3.0
_HEALS_S = 15.0
_PREFERENCES = "/api/me/preferences"


async def eventually(claim: Any, *, within_s: float) -> None:
    """Wait until `claim()` holds; it may raise while the network is away."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            if await claim():
                return
        except (httpx.TransportError, OSError):
            pass
        assert time.monotonic() < deadline, f"not within {within_s} s"
        await asyncio.sleep(0.05)


async def readiness(hub: HubProcess) -> tuple[int, str]:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        answer = await client.get(f"{hub.base_url}/health/ready")
    return answer.status_code, answer.json()["status"]


@asynccontextmanager
async def member(hub: HubProcess, handle: str) -> AsyncIterator[Browser]:
    browser = await Browser(hub).register(handle)
    try:
        yield browser
    finally:
        await browser.http.aclose()


async def says_away(browser: Browser) -> None:
    """Reading, writing and signing in: each a problem in time that says when to come again."""

    async def ask(answering: Awaitable[httpx.Response]) -> None:
        began = time.monotonic()
        answer = await answering
        assert time.monotonic() - began < _AWAY_S, answer.request.url
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["cache-control"] == "no-store"
        if not answer.request.url.path.startswith("/health"):
            assert answer.json()["code"] == "unavailable"

    async with httpx.AsyncClient(base_url=browser.hub.base_url, trust_env=False, timeout=20) as nobody:
        sign_in = {"login": "ana", "password": "whatever it is"}
        await asyncio.gather(
            ask(browser.http.get("/api/me", timeout=20)),
            ask(browser.http.put(_PREFERENCES, json={"theme": "dark"}, timeout=20)),
            ask(nobody.post("/api/session", json=sign_in)),
            ask(nobody.get("/api/members/ana")),
            ask(nobody.get("/health/ready")),
        )
        assert (await nobody.get("/health/live")).status_code == 200
        # What is the same for everybody needs no database, not even for who brings a cookie.
        for path in ("/", "/api/time", "/api/openapi.json", "/health/live"):
            assert (await browser.http.get(path)).status_code == 200, path


async def works_again(browser: Browser) -> None:
    async def works() -> bool:
        answer = await browser.http.put(_PREFERENCES, json={"theme": "light"}, timeout=20)
        return answer.status_code == 200

    await eventually(works, within_s=_HEALS_S)
    assert await readiness(browser.hub) == (200, "ok")


async def test_postgresql_stops_and_comes_back(
    postgres_server: PostgresServer, hub_process: StartHub
) -> None:
    await migrate(postgres_server.url())
    hub = await hub_process(database_url=postgres_server.url())
    async with member(hub, "ana") as ana:
        postgres_server.stop()
        await says_away(ana)
        postgres_server.start()
        await works_again(ana)


async def test_postgresql_freezes_and_thaws(postgres_server: PostgresServer, hub_process: StartHub) -> None:
    await migrate(postgres_server.url())
    hub = await hub_process(database_url=postgres_server.url())
    async with member(hub, "ana") as ana:
        with frozen(postgres_server):
            await says_away(ana)
            # More at once than the pool has connections: they wait beside each other, not behind.
            began = time.monotonic()
            answers = await asyncio.gather(*(ana.http.get("/api/me", timeout=30) for _ in range(40)))
            assert time.monotonic() - began < _AWAY_S + 0.5
            assert {one.status_code for one in answers} == {503}
        await works_again(ana)


async def test_without_redis_rest_works_and_live_heals_when_it_is_back(
    redis_server: RedisServer, hub_process: StartHub
) -> None:
    hub = await hub_process(redis_url=redis_server.url)
    async with member(hub, "ana") as ana, member(hub, "bob") as bob:
        redis_server.stop()

        async def is_degraded() -> bool:
            return await readiness(hub) == (200, "degraded")

        await eventually(is_degraded, within_s=6)
        began = time.monotonic()
        answer = await ana.http.put(_PREFERENCES, json={"theme": "dark"})
        assert answer.status_code == 200
        sign_in = {"login": "bob", "password": "correct horse battery"}
        answer = await bob.http.post("/api/session", json=sign_in)
        assert answer.status_code == 200, answer.text
        assert time.monotonic() - began < 3

        redis_server.start()

        async def is_ok() -> bool:
            return await readiness(hub) == (200, "ok")

        await eventually(is_ok, within_s=_HEALS_S)
        await a_change_is_heard(ana, hub)


async def test_a_frozen_redis_holds_nobody_up(redis_server: RedisServer, hub_process: StartHub) -> None:
    hub = await hub_process(redis_url=redis_server.url)
    async with member(hub, "ana") as ana:
        redis_server.freeze()
        try:
            began = time.monotonic()
            sign_in = {"login": "ana", "password": "correct horse battery"}
            answer = await ana.http.post("/api/session", json=sign_in, timeout=20)
            assert answer.status_code == 200, answer.text
            ana.http.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
            assert (await ana.http.put(_PREFERENCES, json={}, timeout=20)).status_code == 200
            assert time.monotonic() - began < _AWAY_S
        finally:
            redis_server.thaw()


async def a_change_is_heard(writer: Browser, at: HubProcess, within_s: float = 5.0) -> None:
    """The writer changes something on their node, and hears it at another."""
    channel = f"member:{writer.id}"
    token = await writer.token("profile:read")
    async with LiveClient(at.ws_url, token=token) as live:
        view = live.watch(channel)
        await live.until(lambda: bool(live.welcomes) and view.position is not None)
        before = view.position[1] if view.position else 0
        async with asyncio.timeout(within_s):
            answer = await writer.http.put(_PREFERENCES, json={"week_start": 7})
            assert answer.status_code == 200, answer.text
            await live.until(lambda: view.position is not None and view.position[1] > before)


async def test_two_nodes_are_one_hub(hub_process: StartHub) -> None:
    one, other = await hub_process(), await hub_process()
    async with member(one, "ana") as ana:
        await a_change_is_heard(ana, other, within_s=2)


# What a node leaves that is killed between its commit and its publishing: a numbered event in the outbox.
_LEFT = """
WITH head AS (
    INSERT INTO channel_head AS head (channel, epoch, seq) VALUES ($1, extract(epoch FROM now())::bigint, 1)
    ON CONFLICT (channel) DO UPDATE SET seq = head.seq + 1
    RETURNING channel, seq
), kept AS (
    INSERT INTO channel_event (channel, seq, payload) SELECT channel, seq, $2 FROM head
)
INSERT INTO outbox (channel, seq) SELECT channel, seq FROM head RETURNING seq
"""


async def test_what_a_killed_node_left_is_published_by_another(
    hub_process: StartHub, database_url: str
) -> None:
    doomed, other = await hub_process(), await hub_process()
    async with member(other, "ana") as ana:
        channel = f"member:{ana.id}"
        token = await ana.token("profile:read")
        async with LiveClient(other.ws_url, token=token) as live:
            view = live.watch(channel)
            await live.until(lambda: bool(live.welcomes) and view.position is not None)
            doomed.kill()
            event = b'{"type":"PreferencesChanged","member_id":"%s","preferences":{}}' % str(ana.id).encode()
            connection = await asyncpg.connect(database_url)
            try:
                seq = await connection.fetchval(_LEFT, channel, event)
                async with asyncio.timeout(2):
                    await live.until(lambda: view.position is not None and view.position[1] >= seq)

                async def is_forgotten() -> bool:
                    return bool(await connection.fetchval("SELECT NOT EXISTS (SELECT FROM outbox)"))

                await eventually(is_forgotten, within_s=3)
            finally:
                await connection.close()


async def test_the_limit_on_sign_in_is_exact_over_two_workers(hub_process: StartHub) -> None:
    hub = await hub_process(workers=2)
    async with httpx.AsyncClient(base_url=hub.base_url, trust_env=False, timeout=30) as client:

        async def attempt() -> int:
            # A connection of its own, so that the workers share the load.
            async with httpx.AsyncClient(base_url=hub.base_url, trust_env=False, timeout=30) as one:
                wish = {"login": "somebody", "password": "wrong"}
                return (await one.post("/api/session", json=wish)).status_code

        codes = await asyncio.gather(*(attempt() for _ in range(16)))
        assert sorted(codes) == [403] * 10 + [429] * 6
        assert (await client.get("/health/ready")).status_code == 200


async def test_ten_megabytes_over_a_real_connection_are_refused(hub_process: StartHub) -> None:
    hub = await hub_process()
    async with member(hub, "ana") as ana:

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(160):
                yield b" " * 65_536

        headers = {"content-type": "application/json"}
        for body in (b" " * 10_000_000, pieces()):
            answer = await ana.http.put(_PREFERENCES, content=body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert (await ana.http.put(_PREFERENCES, json={})).status_code == 200
