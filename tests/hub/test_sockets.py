"""The door of the live layer, on a real server: who gets in, and what happens to a page of another site."""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
from uuid_utils.compat import uuid7
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.apis import PASSWORD
from tests.support.hubs import HubProcess, StartHub

_DEADLINE_S = 10


class Browser:
    """Somebody signed in over real HTTP."""

    def __init__(self, hub: HubProcess) -> None:
        self.hub = hub
        self.http = httpx.AsyncClient(base_url=hub.base_url, trust_env=False)
        self.id = ""

    async def register(self, handle: str) -> "Browser":
        wish = {
            "id": str(uuid7()),
            "email": f"{handle}@example.org",
            "password": PASSWORD,
            "handle": handle,
            "name": handle,
        }
        answer = await self.http.post("/api/accounts", json=wish)
        assert answer.status_code == 201, answer.text
        self.id = answer.json()["me"]["id"]
        self.http.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return self

    @property
    def cookie(self) -> str:
        return f"pulse={self.http.cookies['pulse']}"

    async def token(self, *scopes: str) -> str:
        draft = {"id": str(uuid7()), "name": "script", "scopes": list(scopes)}
        secret: str = (await self.http.post("/api/me/tokens", json=draft)).json()["secret"]
        return secret


async def first_answer(hub: HubProcess, headers: Mapping[str, str], **frame: Any) -> dict[str, Any] | int:
    """What a socket hears after its `connect`: a frame, or the status or code with which it was refused."""
    try:
        socket = await connect(
            hub.ws_url,
            additional_headers=dict(headers),
            subprotocols=["pulse.v1.json"],  # type: ignore[list-item]  # a NewType of str
            proxy=None,
            open_timeout=_DEADLINE_S,
        )
    except InvalidStatus as refusal:
        return refusal.response.status_code
    async with socket:
        return await hear(socket, **frame)


async def hear(socket: ClientConnection, **frame: Any) -> dict[str, Any] | int:
    try:
        await socket.send(msgspec.json.encode({"type": "connect", **frame}).decode())
        message = await socket.recv()
    except ConnectionClosed as closed:
        assert closed.rcvd is not None, "the hub says why it closes"
        return int(closed.rcvd.code)
    line = message.splitlines()[0]
    answer: dict[str, Any] = msgspec.json.decode(line)
    return int(answer["code"]) if answer["type"] == "bye" else answer


async def test_who_gets_in_and_who_does_not(hub_process: StartHub) -> None:
    hub = await hub_process()
    ana = await Browser(hub).register("ana")
    token = await ana.token("live:read", "profile:read")
    ours, cookie, bearer = hub.base_url, ana.cookie, f"Bearer {token}"

    async def answer(headers: Mapping[str, str], **frame: Any) -> str | int:
        heard = await first_answer(hub, headers, **frame)
        return heard if isinstance(heard, int) else heard["type"]

    assert await answer({"Origin": ours, "Cookie": cookie}) == "welcome"
    assert await answer({}, token=token) == "welcome"
    assert await answer({"Authorization": bearer}) == "welcome"
    assert await answer({"Origin": ours}, token=token) == "welcome"

    # Another site's page comes with the member's cookie.
    for foreign in ("http://evil.test", "null", "http://localhost:1", f"{ours}.evil.test"):
        assert await answer({"Origin": foreign, "Cookie": cookie}) == 403, foreign
        assert await answer({"Origin": foreign}, token=token) == 403, foreign
    assert await answer({"Origin": ours, "Cookie": cookie, "Sec-Fetch-Site": "cross-site"}) == 403
    # A cookie without an Origin is no browser's, and proves nothing.
    unknown = await answer({})
    assert isinstance(unknown, int)
    assert unknown >= 4000
    assert await answer({"Cookie": cookie}) == unknown
    assert await answer({"Origin": ours}) == unknown
    assert await answer({"Origin": ours, "Cookie": "pulse=chosen"}) == unknown
    assert await answer({}, token="pulse_" + "0" * 72) == unknown
    assert await answer({"Authorization": "Bearer nonsense"}) == 403
    # Never a token in a URL: nobody looks for one there.
    for query in (f"?token={token}", f"?access_token={token}", f"?authorization={token}"):
        assert await first_answer(_At(hub, query), {}) == unknown  # type: ignore[arg-type]
    await ana.http.aclose()


class _At:
    """The same hub at another address."""

    def __init__(self, hub: HubProcess, query: str) -> None:
        self.ws_url = hub.ws_url + query


async def test_a_socket_watches_what_its_member_may_and_ends_with_the_session(
    hub_process: StartHub,
) -> None:
    hub = await hub_process()
    ana, bob = await Browser(hub).register("ana"), await Browser(hub).register("bob")
    wanted = [f"member:{ana.id}", f"member:{bob.id}", f"home:{bob.id}", "live", "nothing:x", "x"]
    headers = {"Origin": hub.base_url, "Cookie": ana.cookie}
    async with connect(hub.ws_url, additional_headers=headers, subprotocols=["pulse.v1.json"]) as socket:  # type: ignore[list-item]
        welcome = await hear(socket, subscribe=wanted)
        assert isinstance(welcome, dict)
        results = welcome["results"]
        assert {channel for channel, result in results.items() if result != "denied"} == {
            f"member:{ana.id}",
            "live",
        }
        assert (await ana.http.delete("/api/session")).status_code == 204
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code >= 4000
    for one in (ana, bob):
        await one.http.aclose()


async def test_garbage_is_answered_and_then_ended(hub_process: StartHub) -> None:
    hub = await hub_process()
    for garbage in (b"\xff\xfe", "{", "[]", '{"type":"connect","x":1}', "x" * 60_000, '{"type":"nothing"}'):
        async with connect(hub.ws_url, subprotocols=["pulse.v1.json"]) as socket:  # type: ignore[list-item]
            with pytest.raises(ConnectionClosed) as closed:
                for _ in range(3):
                    await socket.send(garbage)
                while True:
                    await socket.recv()
            assert closed.value.rcvd is not None, garbage
            assert closed.value.rcvd.code in {4400, 1002, 1003, 1007, 1008, 1009} or (
                4000 <= closed.value.rcvd.code < 4600
            )
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{hub.base_url}/health/ready")).json()["status"] == "ok"


async def test_a_token_that_expires_ends_its_socket_with_come_back(
    hub_process: StartHub, database_url: str
) -> None:
    hub = await hub_process()
    ana = await Browser(hub).register("ana")
    secret = await ana.token("live:read")
    database = await asyncpg.connect(database_url)
    await database.execute("UPDATE personal_token SET expires_at = now() + interval '1.5 seconds'")
    await database.close()
    headers = {"Authorization": f"Bearer {secret}"}
    async with connect(hub.ws_url, additional_headers=headers, proxy=None) as socket:
        await socket.send('{"type":"connect"}')
        with pytest.raises(ConnectionClosed) as closed:
            async with asyncio.timeout(_DEADLINE_S):
                async for _ in socket:
                    pass
                await socket.recv()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4005
    await ana.http.aclose()
