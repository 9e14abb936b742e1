"""A site that runs Django Channels on the same Redis hears the hub, and is heard."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer

from domain import database
from domain.live.events import RoomChanged
from hub.django_bridge import NEWS_GROUP
from hub.settings import Settings
from realtime.client import LiveClient
from tests.support.apis import Api, running
from tests.support.hubs import StartHub
from tests.support.redis_sentinels import WatchedRedis
from tests.support.scripts import Script


class Django:
    """A Django site, as far as Redis knows it: a channel layer of its own."""

    def __init__(self, url: str) -> None:
        self.layer: Any = RedisPubSubChannelLayer(hosts=[url])

    async def listen(self, group: str) -> str:
        name: str = await self.layer.new_channel()
        await self.layer.group_add(group, name)
        return name

    async def hear(self, name: str) -> dict[str, Any]:
        async with asyncio.timeout(10):
            heard: dict[str, Any] = await self.layer.receive(name)
            return heard


async def say_until(url: str, text: str, heard: Callable[[], bool]) -> None:
    """Groups are at most once: the hub may just be connecting."""
    site = Django(url)
    async with asyncio.timeout(15):
        while not heard():
            await site.layer.group_send(NEWS_GROUP, {"type": "pulsehub.news", "text": text})
            await asyncio.sleep(0.2)
    await site.layer.flush()


@pytest.fixture
async def django(redis_url: str) -> AsyncIterator[Django]:
    site = Django(redis_url)
    yield site
    await site.layer.flush()


@pytest.fixture
async def hub(database_url: str, redis_url: str) -> AsyncIterator[Api]:
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        master_key=os.urandom(32),
        django_kinds=frozenset({"room"}),
    )
    async with running(settings) as api:
        yield api


async def test_django_hears_what_the_operator_opens_and_nothing_else(hub: Api, django: Django) -> None:
    ana = await hub.person("ana")
    boards = await django.listen(f"pulsehub.room.{ana.id}")
    members = await django.listen(f"pulsehub.member.{ana.id}")
    async with database.transaction() as tx:
        tx.record(RoomChanged(ana.id))  # type: ignore[arg-type]
    heard = await django.hear(boards)
    assert heard == {"type": "pulsehub.event", "channel": f"room:{ana.id}", "seq": 1, "event": None}
    await ana.patch("/api/me", {"bio": "told on member:<id>, which is not open"})
    async with database.transaction() as tx:
        tx.record(RoomChanged(ana.id))  # type: ignore[arg-type]
    assert (await django.hear(boards))["seq"] == 2
    assert django.layer.channels[members].empty()


async def test_what_a_site_says_behind_sentinels_is_heard_also_from_the_next_master(
    hub_process: StartHub, redis_watched: WatchedRedis
) -> None:
    hub = await hub_process(redis_url=redis_watched.url, environment={"PULSE_DJANGO_KINDS": "board"})
    ana = await Script.join(hub.base_url, "ana")
    async with LiveClient(hub.ws_url, token=ana.token) as live:
        news = live.watch("news")
        await live.until(lambda: news.subscribed)
        for said, text in enumerate(("from one master", "from the next")):
            await say_until(redis_watched.master.url, text, lambda: len(news.signals) > said)  # noqa: B023
            assert {"type": "News", "text": text} in news.signals
            if said == 0:
                await asyncio.to_thread(redis_watched.fail_over)
    await ana.close()


async def test_what_django_says_reaches_those_who_look(hub_process: StartHub, django: Django) -> None:
    hub = await hub_process(workers=2, environment={"PULSE_DJANGO_KINDS": "board"})
    ana = await Script.join(hub.base_url, "ana")
    async with LiveClient(hub.ws_url, token=ana.token) as live:
        news = live.watch("news")
        await live.until(lambda: news.subscribed)
        async with asyncio.timeout(10):
            while not news.signals:  # until her node has joined the group, nobody hears it there
                await django.layer.group_send(NEWS_GROUP, {"type": "any", "text": "the pool opens at six"})
                await asyncio.sleep(0.05)
        assert news.signals[0] == {"type": "News", "text": "the pool opens at six"}
    await ana.close()
