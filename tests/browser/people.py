"""People with a browser: what they do on the pages, and what they see there."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.support.proxies import Network

PASSWORD = "correct horse battery"
_PHONE: Any = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# When the text of an element becomes something else, by this browser's clock: [[text, milliseconds], ...]
_NOTE_CHANGES = """
selector => {
  const seen = (window.seen ??= {})[selector] = [];
  const element = document.querySelector(selector);
  new MutationObserver(() => seen.push([element.textContent, Date.now()]))
    .observe(element, { childList: true, characterData: true, subtree: true });
}
"""


class Somebody:
    """A member at a phone, with a network of their own that can be cut."""

    def __init__(self, name: str, context: BrowserContext, page: Page, network: Network) -> None:
        self.name = name
        self.handle = name.lower()
        self.context = context
        self.page = page
        self.network = network
        self.errors: list[str] = []
        self.runs = 0
        """How many they have told of."""
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.network.port}"

    async def go(self, path: str) -> None:
        await self.page.goto(f"{self.origin}{path}")

    async def sign_up(self) -> None:
        """Through the form, as a newcomer does."""
        page = self.page
        await self.go("/register")
        await page.get_by_role("textbox", name="Name").fill(self.name)
        await page.get_by_role("textbox", name="Handle").fill(self.handle)
        await page.get_by_role("textbox", name="E-mail").fill(f"{self.handle}@example.org")
        await page.get_by_role("textbox", name="Password").fill(PASSWORD)
        await page.get_by_role("button", name="Create account").click()
        # "Good morning", "Hello" or "Good evening": the time of day is the machine's.
        await expect(page.get_by_role("heading", name=re.compile(rf", {self.name}$"))).to_be_visible()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def say(self, text: str) -> None:
        """In the room's chat."""
        await self.page.get_by_label("Say something").fill(text)
        await self.press("Send")

    async def lines(self) -> list[str]:
        """What the chat shows, without who said it."""
        return await self.page.get_by_role("region", name="Chat").locator("li span").all_text_contents()

    async def note_changes(self, selector: str) -> None:
        await self.page.evaluate(_NOTE_CHANGES, selector)

    async def changes(self, selector: str) -> dict[str, float]:
        """By text: when the element came to show it, in milliseconds."""
        pairs = await self.page.evaluate("selector => window.seen[selector]", selector)
        return {text: float(at) for text, at in reversed(pairs)}

    async def cut_network(self) -> None:
        await self.network.cut()

    async def mend_network(self) -> None:
        await self.network.mend()


@asynccontextmanager
async def somebody(browser: Browser, name: str, server_port: int) -> AsyncIterator[Somebody]:
    """A newcomer, signed up."""
    network = Network(server_port)
    await network.mend()
    try:
        context = await browser.new_context(**_PHONE, locale="en-GB", timezone_id="Europe/Vienna")
        person = Somebody(name, context, await context.new_page(), network)
        await person.sign_up()
        yield person
    finally:
        await network.cut()


async def eventually(check: Any, *, timeout_s: float = 20.0) -> Any:
    """Ask until the answer is a true one; it is returned."""
    async with asyncio.timeout(timeout_s):
        while not (answer := await check()):  # noqa: ASYNC110  # a page tells nobody
            await asyncio.sleep(0.05)
        return answer
