"""Home feeds hear whom they follow, on every node, and nobody else."""

import asyncio
from contextlib import AsyncExitStack

from uuid_utils.compat import uuid7

from realtime.client import LiveClient
from tests.hub.test_bad_days import member
from tests.hub.test_sockets import Browser
from tests.support.hubs import StartHub


async def publish(author: Browser, text: str, visibility: str = "followers") -> None:
    note = {"id": str(uuid7()), "text": text, "visibility": visibility}
    answer = await author.http.post("/api/posts", json=note)
    assert answer.status_code == 201, answer.text


def texts(signals: list[dict[str, object]]) -> list[object]:
    return [one["post"]["text"] for one in signals if "post" in one]  # type: ignore[index]


async def test_a_new_post_reaches_followers_on_another_node_and_nobody_else(hub_process: StartHub) -> None:
    here, there = await hub_process(), await hub_process()
    async with AsyncExitStack() as stack:
        author = await stack.enter_async_context(member(here, "author"))
        fan = await stack.enter_async_context(member(there, "fan"))
        stranger = await stack.enter_async_context(member(there, "stranger"))
        assert (await fan.http.put("/api/members/author/follow")).status_code == 200
        assert (await author.http.put(f"/api/me/follow-requests/{fan.id}")).status_code == 204

        lives = {}
        for who in (fan, stranger, author):
            live = LiveClient(who.hub.ws_url, token=await who.token("feed:read"))
            lives[who.id] = await stack.enter_async_context(live)
        homes = {who: live.watch(f"home:{who}") for who, live in lives.items()}
        pages = {who.id: lives[who.id].watch(f"author:{author.id}") for who in (fan, author)}
        for who, live in lives.items():
            await live.until(lambda who=who: homes[who].subscribed)
        for who in (fan, author):
            await lives[who.id].until(lambda who=who: pages[who.id].subscribed)

        await publish(author, "for nobody", "private")
        await publish(author, "for my followers")
        async with asyncio.timeout(3):
            for who in (fan, author):
                await lives[who.id].until(lambda who=who: texts(homes[who.id].signals))
        await publish(stranger, "from somebody else")

        # Unfollowed, the follower hears the page's end and no more news.
        assert (await fan.http.delete("/api/members/author/follow")).status_code == 204
        await lives[fan.id].until(lambda: pages[fan.id].ended)
        await publish(author, "for who is left")
        await lives[author.id].until(lambda: "for who is left" in texts(homes[author.id].signals))
        await lives[stranger.id].until(lambda: "from somebody else" in texts(homes[stranger.id].signals))

        assert texts(homes[fan.id].signals) == ["for my followers"]
        assert texts(homes[stranger.id].signals) == ["from somebody else"]
        assert texts(homes[author.id].signals) == ["for my followers", "for who is left"]
