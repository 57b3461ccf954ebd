"""What tests and screenshots share: Debian's Chromium, and the page seen in it."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, async_playwright

from rehearsed import Visitor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NONE = CHROMIUM is None and "CI" not in os.environ  # where CI brings none, that is a failure
IN_A_BROWSER = [
    pytest.mark.skipif(NONE, reason="no Chromium on this machine: no browser is tried"),
    pytest.mark.asyncio(loop_scope="module"),
]
ARGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]
PATIENCE = 30000.0  # milliseconds


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the browser of this machine; nothing is downloaded."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        await browser.close()


@dataclass
class Screen:
    """The page in a window, with the words that a test uses for its parts."""

    page: Page
    visitor: Visitor
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource") and "409" in message.text
        if message.type in ("error", "warning") and not refused:
            self.complaints.append(message.text)

    @property
    def form(self) -> Locator:
        """The window on top."""
        return self.page.locator("dialog.modal").last

    @property
    def card(self) -> Locator:
        """The newest message of the conversation."""
        return self.page.locator("#channel .message").last

    @property
    def thread(self) -> Locator:
        return self.page.locator("#thread")

    @property
    def call(self) -> Locator:
        """The newest call on the panel."""
        return self.page.locator("#panel .call").first

    async def type(self, text: str) -> None:
        """Write in the message box and press Enter."""
        await self.page.locator("#message-box").fill(text)
        await self.page.keyboard.press("Enter")

    async def press(self, name: str, within: Locator | None = None) -> None:
        """Click a button by its name."""
        await (within or self.page).get_by_role("button", name=name, exact=True).click()

    async def choose(self, label: str, name: str) -> None:
        """Choose from a menu of the panel."""
        await self.page.get_by_label(label).select_option(name)

    async def see(self, words: str, within: Locator | None = None) -> None:
        """Wait until some words can be read."""
        await (within or self.card).get_by_text(words).first.wait_for()

    async def become(self, name: str) -> None:
        """Choose who one is."""
        await self.page.locator(".person", has_text=name).click()


@asynccontextmanager
async def looking(
    browser: Browser,
    visitor: Visitor,
    scheme: Literal["light", "dark"] = "light",
    width: int = 1440,
) -> AsyncIterator[Screen]:
    """Open the page in a window of its own."""
    page = await browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    screen = Screen(page, visitor)
    await page.goto(visitor.address)
    await page.locator("#message-box").wait_for()
    yield screen
    await page.close()
