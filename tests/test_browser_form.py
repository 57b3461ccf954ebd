"""The form of an assistant in a real browser: chosen by name, filled in, and asked about."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

pytest.importorskip("playwright", reason="playwright is not installed: no browser is tried")

from playwright.async_api import Browser, expect

from browser import IN_A_BROWSER, Screen, chromium, looking
from clinic import CLINIC, described
from rehearsed import visited
from test_assistants import DAY, opens_later

pytestmark = IN_A_BROWSER


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def screen(browser: Browser, tmp_path: Path) -> AsyncIterator[Screen]:
    async with visited(tmp_path) as visitor, looking(browser, visitor) as screen:
        yield screen
        assert screen.complaints == []


async def test_a_receptionist_chooses_fills_in_and_schedules(screen: Screen) -> None:
    await described(screen.visitor.house, CLINIC, opens_later())
    await screen.type("/call +44 20 7946 0958 Paul")
    form = screen.form
    await form.get_by_label("Assistant", exact=True).select_option("Reminders")
    await screen.see("Confirms an appointment", form)
    await form.get_by_label("Text", exact=True).fill("broken wrist")
    await form.get_by_label("Date_Time", exact=True).fill(DAY)
    await form.get_by_label("Date_Time (time)").fill("14:30")
    await form.get_by_label("Choice", exact=True).select_option("Dr. Smith")
    await form.get_by_label("Yes", exact=True).check()
    await screen.press("Place the call", form)
    await screen.see("outside calling hours in London", form)
    await expect(form.get_by_label("Text", exact=True)).to_have_value("broken wrist")
    await form.get_by_label("Schedule for").check()
    await screen.press("Place the call", form)
    await expect(screen.form).to_have_count(0)
    await screen.see("Scheduled for")
    await screen.press("Cancel", screen.card)
    await screen.see("Cancelled")
    await screen.press("Call again", screen.card)
    again = screen.form
    await expect(again.get_by_label("Date_Time", exact=True)).to_have_value(DAY)
    await expect(again.get_by_label("Date_Time (time)")).to_have_value("14:30")
    await expect(again.get_by_label("Yes", exact=True)).to_be_checked()
