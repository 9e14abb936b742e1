"""Behind a proxy that refuses WebSockets a live page moves all the same."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Invite, Surroundings
from tests.browser.people import Somebody, eventually
from tests.browser.test_live_session import RING, apart_ms, open_lobby, start_together, take_part
from tests.support.proxies import Sieve

_REFUSAL = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def no_upgrades() -> Sieve:
    """A proxy that knows nothing but requests and answers."""
    return lambda data: _REFUSAL if data.startswith(b"HTTP/1.1 101") else data


async def refuse_websockets(person: Somebody) -> None:
    person.network.answers = no_upgrades
    await person.cut_network()
    await person.mend_network()


@pytest.mark.parametrize("around", [2], indirect=True, ids=["two processes"])
async def test_who_gets_no_websocket_trains_with_the_others(around: Surroundings, invite: Invite) -> None:
    ana, bob = await invite("Ana", "Bob")
    await refuse_websockets(bob)
    path = await open_lobby(ana)
    await take_part(bob, path)
    await bob.press("I am ready")
    await expect(ana.page.get_by_text("1 of 2 ready")).to_be_visible()

    async def streams() -> bool:
        return "/api/live/stream/{sid}" in around.hub.read_log()

    await eventually(streams)
    await start_together(ana, bob)
    assert await apart_ms(ana, bob) <= 150
    for person in (ana, bob):
        await expect(person.page.locator(RING)).to_be_visible()
        await person.page.get_by_role("tab", name="Chat").click()
    await ana.say("can you hear me?")
    await expect(bob.page.get_by_text("can you hear me?")).to_be_visible()
    await bob.say("every word")
    await expect(ana.page.get_by_text("every word")).to_be_visible()
    assert await ana.lines() == ["can you hear me?", "every word"] == await bob.lines()
    # The other's numbers move, too.
    await expect(ana.page.get_by_text(re.compile(r"^\d{2,3}$")).first).to_be_visible(timeout=20_000)
