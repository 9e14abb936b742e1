"""Somebody opens a demo hub for the first time: a click, and something moves."""

import asyncio
import re

from playwright.async_api import Browser, Page, expect

from tests.browser.people import eventually
from tests.support.hubs import StartHub

LOOK_S = 10.0


async def test_one_click_leads_into_a_place_that_moves(browser: Browser, hub_process: StartHub) -> None:
    hub = await hub_process(environment={"PULSE_DEMO": "1"})
    await asyncio.to_thread(hub.do, "demo")

    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    await page.goto(hub.base_url)
    await page.get_by_role("button", name="Look around").click()
    await expect(page.get_by_role("heading", name=re.compile(", Demo$"))).to_be_visible()
    await expect(page.get_by_role("heading", name="Happening now")).to_be_visible()
    before = await shown(page)

    async def has_moved() -> bool:
        return await shown(page) != before

    await eventually(has_moved, timeout_s=LOOK_S)


async def shown(page: Page) -> str:
    return await page.locator("body").inner_text()
