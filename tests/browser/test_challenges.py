"""A challenge among three people, from the first run to the podium: what each of them sees, and when."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import asyncpg
import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.conftest import Invite, Surroundings
from tests.browser.people import Somebody
from tests.browser.test_boards import fill_run, log_run, new_challenge, place

one_process = pytest.mark.parametrize("around", [1], indirect=True, ids=["one process"])

_CLOSE = "UPDATE challenge SET ends_at = now(), settle_at = now() + interval '1 hour'"
_SETTLE = "UPDATE challenge SET settle_at = now() + interval '2 seconds'"


async def turn(database_url: str, statement: str) -> None:
    """Bring an end of the challenge near. What happens then is the hub's own doing."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def start(invite: Invite) -> tuple[Somebody, Somebody, Somebody, str]:
    """Ana, Bob and Cleo in one challenge; Ana follows Bob. The path of the challenge."""
    ana, bob, cleo = await invite("Ana", "Bob", "Cleo")
    await ana.go("/members/bob")
    await ana.press("Follow")
    await bob.go("/follow-requests")
    accept = bob.page.get_by_role("button", name=re.compile("Accept"))
    await expect(
        accept.or_(bob.page.get_by_text(re.compile("no|nobody", re.IGNORECASE))).first
    ).to_be_visible()
    if await accept.count():
        await accept.first.click()
    path = await new_challenge(ana)
    for person in (bob, cleo):
        await person.go(path)
        await person.press("Join the challenge")
        await expect(place(person, "You")).to_be_visible()
    return ana, bob, cleo, path


def rank(person: Somebody, name: str) -> Locator:
    return place(person, name).locator("> span.num").first


async def expect_order(person: Somebody, *names: str) -> None:
    rows = person.page.get_by_role("region", name="Board").get_by_role("listitem")
    for at, name in enumerate(names):
        await expect(rows.nth(at)).to_contain_text(name, timeout=10_000)


@one_process
async def test_three_people_race_until_the_podium(
    around: Surroundings, invite: Invite, database_url: str
) -> None:
    ana, bob, cleo, path = await start(invite)

    # A tie shares a rank.
    await log_run(ana, 5)
    await log_run(bob, 3)
    await log_run(cleo, 3)
    await ana.go(path)
    await expect(rank(ana, "Bob")).to_have_text("2", timeout=10_000)
    await expect(rank(ana, "Cleo")).to_have_text("2")
    await expect(place(ana, "Bob")).to_contain_text("2 km behind you")

    # Bob overtakes: the rows change places on Ana's screen and on Cleo's, and Ana is told.
    await cleo.go(path)
    await expect_order(cleo, "Ana")
    await log_run(bob, 4)
    await expect_order(ana, "Bob", "You", "Cleo")
    await expect_order(cleo, "Bob", "Ana", "You")
    await expect(ana.page.get_by_text("Bob passed you, 2\u00a0km ahead")).to_be_visible()

    # Cleo runs where there is no network; meanwhile the window closes.
    await fill_run(cleo, 6)
    await cleo.cut_network()
    await cleo.press("Save workout")
    await turn(database_url, _CLOSE)
    hero = ana.page.get_by_role("article")
    await expect(hero).to_contain_text("Being settled", timeout=15_000)
    await expect(hero.get_by_role("timer")).to_contain_text("Settled in")
    await cleo.mend_network()
    await expect_order(ana, "Cleo", "Bob", "You")
    await expect(place(ana, "Cleo")).to_contain_text("9.00 km")

    # It is settled: the board freezes, with a podium.
    await turn(database_url, _SETTLE)
    podium = ana.page.get_by_role("region", name="Final result")
    await expect(podium.get_by_role("listitem").first).to_contain_text("Cleo", timeout=20_000)
    await expect(podium).to_contain_text("Bronze")
    await log_run(bob, 9)
    await bob.go(path)
    await expect(bob.page.get_by_role("region", name="Final result")).to_contain_text("Silver")
    await expect_order(bob, "Cleo", "You", "Ana")
    await expect(place(bob, "You")).to_contain_text("7.00 km")


@one_process
async def test_a_run_nobody_could_run_waits_in_quarantine_until_a_moderator_reinstates_it(
    around: Surroundings, invite: Invite
) -> None:
    ana, bob, cleo, path = await start(invite)
    await log_run(cleo, 3)
    await cleo.go(path)

    # 42 km in half an hour are not believed, and Bob is told why.
    await log_run(bob, 42)
    await bob.go(path)
    await bob.press("Why this score?")
    sheet = bob.page.get_by_role("dialog")
    await expect(sheet).to_contain_text("In quarantine: hard to believe")
    await expect(sheet).to_contain_text("Faster than anybody (84 km/h")
    await expect_order(cleo, "You")

    await sheet.get_by_role("button", name="Appeal").click()
    await sheet.get_by_label("Why it is right as it is").fill("It was three hours, my watch lost two.")
    await sheet.get_by_role("button", name="Send the appeal").click()
    await expect(sheet).to_contain_text("Your appeal waits for a moderator.")

    # Ana was here first: she owns this hub, and decides.
    await ana.go("/fair-play/queue")
    case = ana.page.get_by_role("article", name="Bob")
    await expect(case).to_contain_text("my watch lost two")
    await case.get_by_role("button", name="Reinstate").click()
    await expect(case).to_contain_text("Say a word about why.")
    await case.get_by_label("Note to the member").fill("The photo of the clock says so too.")
    await case.get_by_role("button", name="Reinstate").click()

    # The board follows, on Cleo's screen and on Bob's.
    await expect_order(cleo, "Bob", "You")
    await expect(place(cleo, "Bob")).to_contain_text("42.00 km")
    await expect(sheet).to_contain_text("Counts", timeout=10_000)
    await bob.go("/fair-play")
    await expect(bob.page.get_by_text("The photo of the clock says so too.")).to_be_visible()


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def another_website(stack: AsyncExitStack, body: str) -> str:
    """A page of another origin on this machine: browsers let no page from outside frame one from inside."""
    page = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<!doctype html>{body}"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(page.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    stack.callback(server.close)
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@one_process
async def test_a_board_stands_on_another_website_and_no_other_page_does(
    around: Surroundings, invite: Invite, browser: Browser, stack: AsyncExitStack
) -> None:
    (ana,) = await invite("Ana")
    path = await new_challenge(ana)
    await log_run(ana, 5)
    await ana.go(path)
    await ana.press("For other websites")
    dialog = ana.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Make the link").click()
    link = await dialog.get_by_label("Link to the board").input_value()

    frames = f'<iframe id="board" src="{link}"></iframe><iframe id="hub" src="{ana.origin}/welcome"></iframe>'
    page = await (await browser.new_context()).new_page()
    elsewhere = await another_website(stack, frames)
    await page.goto(elsewhere)
    board = page.frame_locator("#board")
    await expect(board.get_by_role("heading", name="Every kilometre")).to_be_visible()
    await expect(board.get_by_role("listitem").first).to_contain_text("5.00 km")
    # Who has no public profile has no name here.
    await expect(board.get_by_role("listitem").first).to_contain_text("A member")
    await expect(page.frame_locator("#hub").get_by_role("heading", level=1)).to_have_count(0)

    # Revoked, it shows nothing any more.
    await dialog.get_by_role("button", name="Revoke the link").click()
    await expect(ana.page.get_by_text("The link works no more.")).to_be_visible()
    later = await (await browser.new_context()).new_page()
    await later.goto(elsewhere)
    await expect(
        later.frame_locator("#board").get_by_text("This board is not shown any more")
    ).to_be_visible()
