"""A real Chromium for tests, the one of this system."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.support import chromium

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"

# Nothing may leave this machine, and nothing may differ from one run to the next.
_ARGUMENTS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium of this test alone; `await browser.new_context()` is one more person."""
    async with async_playwright() as playwright:
        # Without Chromium's own sandbox, which neither root nor most containers can have: every page is ours.
        launched = await playwright.chromium.launch(
            executable_path=chromium.path(), args=_ARGUMENTS, chromium_sandbox=False
        )
        try:
            yield launched
        finally:
            await launched.close()


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[[Page, str], Awaitable[Path]]:
    """`await screenshot(page, "today-390")` leaves `tests/artefacts/<test>/today-390.png` to be looked at."""
    folder = ARTEFACTS / re.sub(r"[^\w.-]+", "-", request.node.name)

    async def take(page: Page, name: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        await page.screenshot(path=path)
        return path

    return take
