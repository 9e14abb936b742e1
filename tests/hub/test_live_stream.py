"""Where a proxy blocks WebSockets: the same frames as events down and by POST up, over real nodes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from tests.hub.test_sockets import Browser
from tests.support.hubs import HubProcess, StartHub

_NDJSON = {"Content-Type": "application/x-ndjson"}


class Stream:
    """An open stream: its name, and the frames as they come."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.sid = ""

    async def next(self) -> list[dict[str, Any]]:
        """The frames of the next message."""
        data: list[str] = []
        async for line in self._lines:
            if line.startswith("data: "):
                data.append(line.removeprefix("data: "))
            elif not line and data:
                return [msgspec.json.decode(one) for one in data]
        return []

    async def until(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while True:
                frames = await self.next()
                assert frames, f"the stream ended before {kind}"
                for frame in frames:
                    if frame["type"] == kind:
                        return frame


@asynccontextmanager
async def opened(http: httpx.AsyncClient) -> AsyncIterator[Stream]:
    async with http.stream("GET", "/api/live/stream", timeout=20) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        assert "no-transform" in answer.headers["cache-control"]
        stream = Stream(answer.aiter_lines())
        stream.sid = (await stream.next())[0]["sid"]
        yield stream


async def post(http: httpx.AsyncClient, sid: str, *frames: dict[str, Any], **options: Any) -> httpx.Response:
    body = b"\n".join(msgspec.json.encode(frame) for frame in frames)
    return await http.post(
        f"/api/live/stream/{sid}", content=body, headers={**_NDJSON, **options.get("headers", {})}
    )


def elsewhere(person: Browser, hub: HubProcess) -> httpx.AsyncClient:
    """The same browser, as the gateway sends it to another node."""
    return httpx.AsyncClient(
        base_url=hub.base_url, trust_env=False, cookies=person.http.cookies, headers=person.http.headers
    )


async def test_a_stream_on_one_node_is_fed_through_another_and_ends_with_the_session(
    hub_process: StartHub,
) -> None:
    here, there = await hub_process(), await hub_process()
    ana = await Browser(here).register("ana")
    news = f"member:{ana.id}"
    async with elsewhere(ana, there) as other, opened(ana.http) as stream:
        answer = await post(other, stream.sid, {"type": "connect", "subscribe": [news], "t0": 1.0})
        assert answer.status_code == 204, answer.text
        welcome = await stream.until("welcome")
        assert welcome["results"] == {news: "snapshot"}
        assert welcome["t0"] == 1.0

        both = await post(ana.http, stream.sid, {"type": "time", "t0": 2.0}, {"type": "time", "t0": 3.0})
        assert both.status_code == 204
        assert [(await stream.until("time"))["t0"], (await stream.until("time"))["t0"]] == [2.0, 3.0]

        # What is wrong is answered on the stream, as on a socket; the second time it ends.
        for _ in range(2):
            assert (await post(other, stream.sid, {"type": "nonsense"})).status_code == 204
        assert (await stream.until("bye"))["code"] == 4501
        assert await stream.next() == []
    async with opened(ana.http) as stream:
        await post(ana.http, stream.sid, {"type": "connect"})
        await stream.until("welcome")
        assert (await ana.http.delete("/api/session")).status_code == 204
        assert (await stream.until("bye"))["code"] == 4503
    assert (await ana.http.get("/api/live/stream")).status_code == 401
    await ana.http.aclose()


async def test_a_stream_takes_frames_of_who_opened_it_alone(hub_process: StartHub) -> None:
    hub = await hub_process()
    ana, eve = await Browser(hub).register("ana"), await Browser(hub).register("eve")
    connect = {"type": "connect"}
    async with opened(ana.http) as stream:
        assert (await post(eve.http, stream.sid, connect)).json()["code"] == "stream_gone"
        token = {"Authorization": f"Bearer {await ana.token('live:read')}"}
        assert (await post(ana.http, stream.sid, connect, headers=token)).json()["code"] == "stream_gone"
        for wrong in ("x", stream.sid[:-1] + "_", "nobody." + "x" * 32, "%00.x"):
            assert (await post(ana.http, wrong, connect)).status_code == 404, wrong

        plain = await ana.http.post(f"/api/live/stream/{stream.sid}", json=connect)
        assert plain.json()["code"] == "unsupported_media_type"
        forged = await post(ana.http, stream.sid, connect, headers={"X-CSRF-Token": "guess"})
        assert forged.json()["code"] == "csrf"
        foreign = await post(ana.http, stream.sid, connect, headers={"Origin": "http://evil.test"})
        assert foreign.json()["code"] == "foreign_origin"
        huge = await ana.http.post(f"/api/live/stream/{stream.sid}", content=b"x" * 70_000, headers=_NDJSON)
        assert huge.status_code == 413

        # Nothing of all this was heard.
        assert (await post(ana.http, stream.sid, connect)).status_code == 204
        await stream.until("welcome")
    for one in (ana, eve):
        await one.http.aclose()


async def test_a_node_that_leaves_asks_its_streams_to_go_elsewhere(hub_process: StartHub) -> None:
    hub = await hub_process()
    ana = await Browser(hub).register("ana")
    async with opened(ana.http) as stream:
        await post(ana.http, stream.sid, {"type": "connect"})
        await stream.until("welcome")
        stopping = asyncio.create_task(asyncio.to_thread(hub.stop))
        assert (await stream.until("drain"))["slot_ms"] >= 0
        assert (await stream.until("bye"))["code"] == 4001
        await stopping
    await ana.http.aclose()
