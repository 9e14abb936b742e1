"""Real hubs as nodes of one community: what ends on one ends on all, deaf or not; who is here is true."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from realtime.client import LiveClient
from realtime.client_line import Gone
from realtime.views import View
from tests.hub.test_bad_days import member
from tests.hub.test_live_api import draft
from tests.hub.test_sockets import Browser
from tests.support.hubs import HubProcess, StartHub
from tests.support.proxies import Network

_PROMISED_S = 2.0
_SCOPES = ("live:read", "live:write", "feed:read", "profile:read", "challenges:read")


@asynccontextmanager
async def watching(
    hub: HubProcess, browser: Browser, *channels: str
) -> AsyncIterator[tuple[LiveClient, list[View]]]:
    async with LiveClient(hub.ws_url, token=await browser.token(*_SCOPES)) as live:
        views = [live.watch(channel) for channel in channels]
        await live.until(lambda: all(view.subscribed for view in views))
        yield live, views


async def lobby(host: Browser, **fields: Any) -> str:
    wish = draft(**fields)
    answer = await host.http.post("/api/live", json=wish)
    assert answer.status_code in (200, 201), answer.text
    return str(wish["id"])


async def test_9_who_was_present_through_a_node_is_gone_within_20_seconds_of_its_kill(
    hub_process: StartHub,
) -> None:
    here, there = await hub_process(), await hub_process()
    async with member(here, "ana") as ana, member(there, "bob") as bob:
        session = await lobby(ana)
        channel, presence = f"session:{session}", f"presence:session:{session}"
        async with (
            watching(here, ana, channel, presence) as (staying, (_, who)),
            watching(there, bob, channel),
            watching(there, ana, channel),
        ):
            await staying.until(lambda: who.rows.keys() == {ana.id, bob.id}, timeout_s=5)
            there.kill()
            killed_at = time.monotonic()
            await staying.until(lambda: who.rows.keys() == {ana.id}, timeout_s=20)
            assert time.monotonic() - killed_at < 20
            assert ana.id in who.rows, "who is here through another node as well stays"


@pytest.mark.parametrize("is_cut", [False, True], ids=["heard", "cut off"])
async def test_7_what_is_revoked_on_one_node_ends_on_another(
    hub_process: StartHub, database_url: str, redis_url: str, is_cut: bool
) -> None:
    network = Network(Path(redis_url.removeprefix("unix://").partition("?")[0]))
    await network.mend()
    here, there = await hub_process(), await hub_process(redis_url=f"redis://localhost:{network.port}/0")
    names = ("session", "token", "role", "unfollowed", "blocked", "author")
    people = {name: await Browser(here).register(f"{name}_{is_cut}".lower()) for name in names}
    author = people["author"]
    page = f"author:{author.id}"
    for name in ("unfollowed", "blocked"):
        fan = people[name]
        assert (
            await fan.http.put(f"/api/members/{'author_' + str(is_cut).lower()}/follow")
        ).status_code == 200
        assert (await author.http.put(f"/api/me/follow-requests/{fan.id}")).status_code == 204
    seen = await lobby(author)

    clients: list[LiveClient] = []
    try:
        views: dict[str, View] = {}
        for name in ("token", "role", "unfollowed", "blocked", "session"):
            live = LiveClient(there.ws_url, token=await people[name].token(*_SCOPES))
            await live.__aenter__()
            clients.append(live)
            wanted = page if name in ("unfollowed", "blocked") else f"member:{people[name].id}"
            views[name] = live.watch(f"session:{seen}" if name == "session" else wanted)
            await live.until(lambda view=views[name]: view.subscribed)
        by_name = dict(zip(views, clients, strict=True))
        if is_cut:
            network.swallow()
        began = time.monotonic()
        tokens = (await people["token"].http.get("/api/me/tokens")).json()
        ended = await people["token"].http.delete(f"/api/me/tokens/{tokens[0]['id']}")
        assert ended.status_code == 204, ended.text
        assert (
            await people["unfollowed"].http.delete(f"/api/members/author_{str(is_cut).lower()}/follow")
        ).status_code == 204
        assert (await author.http.put(f"/api/members/blocked_{str(is_cut).lower()}/block")).status_code == 204
        assert (await author.http.put(f"/api/members/session_{str(is_cut).lower()}/block")).status_code == 204
        if is_cut:
            database = await asyncpg.connect(database_url)
            await database.execute("UPDATE member SET role = 'moderator' WHERE id = $1", people["role"].id)
            await database.close()
        for name in ("unfollowed", "blocked", "session"):
            await by_name[name].until(lambda view=views[name]: view.ended == "revoked", timeout_s=5)
        for name in ("token", "role") if is_cut else ("token",):
            with pytest.raises(Gone):
                await by_name[name].until(lambda: False, timeout_s=5)
        assert time.monotonic() - began < _PROMISED_S + 0.5, "half a second for the requests themselves"
    finally:
        for live in clients:
            await live.__aexit__(None, None, None)
        for browser in people.values():
            await browser.http.aclose()
        await network.mend()
        await network.cut()


async def test_6_the_same_message_sent_to_two_nodes_at_once_is_said_once(hub_process: StartHub) -> None:
    here, there = await hub_process(), await hub_process()
    async with member(here, "ana") as ana:
        session = await lobby(ana)
        channel = f"session:{session}"
        async with (
            watching(here, ana, channel) as (one, (view, *_)),
            watching(there, ana, channel) as (other, _),
        ):
            for n in range(4):
                body = {"type": "chat", "text": f"hello {n}"}
                mid = str(uuid7())
                places = await asyncio.gather(
                    *(live.publish(channel, body, mid=mid) for live in (one, other, one, other))
                )
                assert len(set(places)) == 1
            await one.until(lambda: len([e for e in view.events if e["type"] == "ChatSaid"]) == 4)
            await asyncio.sleep(0.2)
            said = [event["text"] for event in view.events if event["type"] == "ChatSaid"]
            assert said == [f"hello {n}" for n in range(4)]
