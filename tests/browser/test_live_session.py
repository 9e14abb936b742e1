"""People train together, each in a real browser: one clock, nothing lost, a workout for each."""

import re

from playwright.async_api import expect

from hub.embedded import RedisServer
from tests.browser.conftest import Invite, Surroundings
from tests.browser.people import Somebody, eventually

RING = '[data-testid="ring-time"]'


async def open_lobby(host: Somebody) -> str:
    """A Tabata with the host in it; its path."""
    await host.go("/live/new")
    await host.press("Open the lobby")
    await host.page.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}"))
    await expect(host.page.get_by_role("heading", name="Waiting room")).to_be_visible()
    return host.page.url.removeprefix(host.origin)


async def take_part(person: Somebody, path: str, *, join: str = "Join") -> None:
    await person.go(path)
    await person.press(join)


async def apart_ms(one: Somebody, other: Somebody, *, seconds: int = 3) -> float:
    """How far apart two rings change to the same second: the median of so many that both have shown."""

    async def both_saw() -> list[float]:
        ones, others = await one.changes(RING), await other.changes(RING)
        apart = sorted(abs(ones[text] - others[text]) for text in ones.keys() & others.keys())
        return apart if len(apart) >= seconds else []

    seen = await eventually(both_saw)
    return float(seen[len(seen) // 2])


async def start_together(ana: Somebody, bob: Somebody) -> None:
    for person in (ana, bob):
        await person.page.get_by_test_id("simulator").check()
    await ana.press("Start in 10 seconds")
    for person in (ana, bob):
        await person.page.locator(RING).wait_for()
        await person.note_changes(RING)


async def test_three_people_train_together(around: Surroundings, invite: Invite) -> None:
    ana, bob, cleo = people = await invite("Ana", "Bob", "Cleo")
    path = await open_lobby(ana)
    await take_part(bob, path)
    await bob.press("I am ready")
    await expect(ana.page.get_by_text("1 of 2 ready")).to_be_visible()

    # One clock: the countdown shows the same second at the same instant.
    await start_together(ana, bob)
    assert await apart_ms(ana, bob) <= 150

    # Somebody who comes late is in the same second, and sees everybody's numbers move.
    await take_part(cleo, path, join="Join in")
    await cleo.note_changes(RING)
    assert await apart_ms(ana, cleo) <= 150
    await expect(cleo.page.get_by_text(re.compile(r"^\d{2,3}$")).first).to_be_visible(timeout=20_000)

    # Chat and cheers.
    for person in people:
        await person.page.get_by_role("tab", name="Chat").click()
    await ana.say("here we go")
    await expect(bob.page.get_by_text("here we go")).to_be_visible()
    await bob.page.get_by_role("button", name=re.compile("^Fire")).click()

    # Bob's network goes; what is said meanwhile is there when it is back, once and in order.
    said = await talk_while_away(ana, bob, restart=around.redis if around.redis_restarts else None)
    await expect(bob.page.get_by_text(said[-1])).to_be_visible(timeout=30_000)
    assert await bob.lines() == ["here we go", *said] == await ana.lines()
    await expect(cleo.page.get_by_text(said[-1])).to_be_visible(timeout=30_000)
    assert await cleo.lines() == ["here we go", *said]

    # A reload comes back to the same instant.
    await bob.page.reload()
    await bob.page.locator(RING).wait_for()
    await bob.note_changes(RING)
    assert await apart_ms(ana, bob) <= 150

    # The host pauses for everybody, and goes on.
    await ana.press("Pause")
    for person in people:
        await expect(person.page.get_by_text("Paused").first).to_be_visible()
    await ana.press("Go on")
    for person in people:
        await expect(person.page.get_by_text("Paused")).to_have_count(0)

    await finish(ana, people)
    for person in (ana, bob):
        await person.page.get_by_role("link", name="Open your workout").click()
        await expect(person.page.get_by_role("heading", name="Tabata").first).to_be_visible()


async def talk_while_away(ana: Somebody, bob: Somebody, *, restart: RedisServer | None) -> list[str]:
    """Bob's network is cut while Ana says four things, and mended. Perhaps Redis restarts meanwhile."""
    await bob.cut_network()
    said = [f"line {n}" for n in range(1, 5)]  # five lines in ten seconds are allowed
    for number, text in enumerate(said):
        await ana.say(text)
        await expect(ana.page.get_by_text(text)).to_be_visible()
        if number == 2 and restart is not None:
            restart.restart()
    await expect(ana.page.get_by_text("sending…")).to_have_count(0)
    await bob.mend_network()
    return said


async def finish(host: Somebody, people: list[Somebody]) -> None:
    await host.press("Finish")
    await host.page.get_by_role("dialog").get_by_role("button", name="Finish").click()
    for person in people:
        await expect(person.page).to_have_url(re.compile("/recap$"))
