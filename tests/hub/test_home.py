"""A new post reaches the home pages of those who follow its author, and of nobody else, on every node."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from realtime.client import LiveClient
from tests.support.hubs import HubProcess, StartHub
from tests.support.scripts import Script


@pytest.fixture
async def hub(hub_process: StartHub) -> HubProcess:
    return await hub_process(workers=2)


@pytest.fixture
async def people(hub: HubProcess) -> AsyncIterator[list[Script]]:
    people = [await Script.join(hub.base_url, handle) for handle in ("founder", "ana", "bob", "cleo")]
    yield people
    for person in people:
        await person.close()


async def test_news_go_to_followers_and_to_nobody_else(hub: HubProcess, people: list[Script]) -> None:
    _, ana, bob, cleo = people
    await ana.be_public()
    async with (
        LiveClient(hub.ws_url, token=bob.token) as bobs,
        LiveClient(hub.ws_url, token=cleo.token) as cleos,
        LiveClient(hub.ws_url, token=ana.token) as anas,
    ):
        pages = [live.watch(f"home:{who.id}") for live, who in ((bobs, bob), (cleos, cleo), (anas, ana))]
        bobs_page, cleos_page, anas_page = pages
        for live, page in ((bobs, bobs_page), (cleos, cleos_page), (anas, anas_page)):
            await live.until(lambda page=page: page.subscribed)
        await bob.put("/api/members/ana/follow")
        # Another node hears of the tie over the bus: perhaps a moment after the first post.
        for n in range(50):
            await ana.post_note(f"note {n}")
            if bobs_page.signals:
                break
            await asyncio.sleep(0.05)
        assert bobs_page.signals[-1]["type"] == "PostPublished"
        await anas.until(lambda: anas_page.signals)
        before = len(bobs_page.signals)

        await bob.delete("/api/members/ana/follow")
        await cleo.put("/api/members/ana/follow")
        for n in range(50):
            await ana.post_note(f"later note {n}")
            if cleos_page.signals:
                break
            await asyncio.sleep(0.05)
        assert cleos_page.signals
        texts = [one["post"]["text"] for one in bobs_page.signals[before:]]
        assert len(texts) < 3, "bob may hear of what was on its way, and no more"
