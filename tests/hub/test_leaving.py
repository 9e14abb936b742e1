"""A hub's process is asked to end, as in a rolling restart: who is connected moves, and cannot tell."""

import asyncio

from realtime.client import LiveClient
from tests.hub.test_sockets import Browser
from tests.support.hubs import StartHub


async def test_a_process_that_ends_is_left_before_it_is_gone(hub_process: StartHub) -> None:
    leaving, staying = await hub_process(), await hub_process()
    ana = await Browser(leaving).register("ana")
    token = await ana.token("profile:read")
    lost: list[bool] = []
    urls = [leaving.ws_url, staying.ws_url]
    async with LiveClient(urls, token=token, on_state=lambda online: lost.append(not online)) as live:
        view = live.watch(f"member:{ana.id}")
        await live.until(lambda: view.subscribed)
        first = live.welcomes[-1].node
        await asyncio.to_thread(leaving.stop)
        await live.until(lambda: live.welcomes[-1].node != first)
        assert live.is_online
        assert len(live.welcomes) == 2
    assert lost == [False], "online once, and never lost"
    await ana.http.aclose()
