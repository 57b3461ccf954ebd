"""App Home and the shortcut in a real browser: a call starts there, and is found there again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

pytest.importorskip("playwright", reason="playwright is not installed: no browser is tried")

from playwright.async_api import Browser, Locator, expect

from browser import IN_A_BROWSER, Screen, chromium, looking
from calls.clock import now
from desks import scheduled
from rehearsed import visited
from slack_rules.judge import complaints

pytestmark = IN_A_BROWSER

NUMBER = "514 555 1234"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def screen(browser: Browser, tmp_path: Path) -> AsyncIterator[Screen]:
    """Show the page; nothing may complain in the console, nor Slack of what was said."""
    async with visited(tmp_path) as visitor, looking(browser, visitor) as screen:
        yield screen
        assert screen.complaints == []
        assert complaints(visitor.house.slack.log) == []


def home(screen: Screen) -> Locator:
    return screen.page.locator("#channel .home")


async def at_home(screen: Screen, name: str = "Ringback") -> None:
    await screen.press(name, screen.page.locator("#places"))
    await home(screen).get_by_role("heading", name="Ringback").wait_for()


async def at_front_desk(screen: Screen) -> None:
    await screen.page.locator(".place", has_text="front-desk").click()


def opened(screen: Screen) -> list[str]:
    heard = screen.visitor.house.slack.said("app_home_opened")
    return [one.request["event"]["tab"] for one in heard]


async def test_a_call_is_placed_from_home_and_found_there_with_its_state(screen: Screen) -> None:
    await at_home(screen)
    await screen.see("You have asked for no call", home(screen))
    await screen.press("Place a call", home(screen))
    await screen.form.get_by_label("Phone number").fill(NUMBER)
    await screen.form.get_by_label("Name of the person called").fill("Marie")
    await screen.form.get_by_label("Where to report").select_option("🔒 front-desk")
    await screen.press("Place the call", screen.form)
    await expect(screen.form).to_have_count(0)
    await expect(home(screen).get_by_role("button", name="Place a call")).to_be_focused()

    await screen.see("in flight", screen.call)
    await screen.press("Busy", screen.call)
    await screen.see("the line was busy", screen.page.locator("#news"))
    await at_front_desk(screen)
    await at_home(screen)
    await screen.see("Marie", home(screen))
    await screen.see("Busy", home(screen))
    await home(screen).get_by_role("button", name="More").click()
    await home(screen).get_by_role("menuitem", name="Details").click()
    await screen.see("Time line", screen.form)
    assert opened(screen) == ["home", "home"]


async def test_home_is_drawn_anew_while_somebody_looks(screen: Screen) -> None:
    await at_home(screen)
    await screen.page.evaluate("document.title = 'not reloaded'")
    await at_front_desk(screen)
    await screen.type(f"/call now {NUMBER} Marie")
    await screen.see("Calling")
    await at_home(screen)
    await screen.see("Calling", home(screen))
    await screen.press("Completed", screen.call)
    await screen.see("was reached", screen.page.locator("#news"))
    refresh = home(screen).get_by_role("button", name="Refresh")
    await refresh.press("Enter")
    await screen.see("Completed", home(screen))
    await expect(refresh).to_be_focused()
    assert await screen.page.title() == "not reloaded"


async def test_home_follows_a_call_and_moves_a_scheduled_one(screen: Screen) -> None:
    house = screen.visitor.house
    await at_home(screen)
    await scheduled(house, now() + timedelta(hours=30), name="Luc")
    await screen.see("Scheduled (1)", home(screen))
    await home(screen).get_by_role("button", name="More").click()
    await home(screen).get_by_role("menuitem", name="Move").click()
    await screen.form.get_by_label("When to dial").fill("2020-03-03T10:00")
    await screen.press("Move", screen.form)
    await screen.see("This hour is over", screen.form)
    await screen.press("Cancel", screen.form)
    await at_front_desk(screen)
    await screen.type(f"/call now {NUMBER} Marie")
    await at_home(screen)
    await screen.see("In flight (1)", home(screen))
    await screen.press("Completed", screen.call)
    await screen.see("Recent (1)", home(screen))
    await home(screen).get_by_label("Whose calls?").select_option("One conversation")
    await home(screen).get_by_label("Choose a conversation").select_option("# billing")
    await screen.see("There is no call of the last 30 days here", home(screen))
    await home(screen).get_by_label("Choose a conversation").select_option("🔒 front-desk")
    await screen.see("Luc", home(screen))
    await home(screen).get_by_role("button", name="More").last.click()
    await home(screen).get_by_role("menuitem", name="Open thread").click()
    await screen.see("Marie was reached", screen.thread)


async def test_home_and_messages_are_two_tabs(screen: Screen) -> None:
    page = screen.page
    await at_home(screen)
    tab = page.get_by_role("tab", name="Home")
    await expect(tab).to_have_attribute("aria-selected", "true")
    await tab.press("ArrowRight")
    await expect(page.get_by_role("tab", name="Messages")).to_be_focused()
    await screen.see("Sending messages to this app has been turned off.", page.locator("#channel"))
    await expect(page.locator("#message-box")).to_be_hidden()
    await page.go_back()
    await home(screen).get_by_role("heading", name="Ringback").wait_for()
    assert await screen.visitor.house.slack.until(lambda: len(opened(screen)) == 3)
    await page.reload()
    await home(screen).get_by_role("heading", name="Ringback").wait_for()
    await page.locator(".person", has_text="Benoît").click()
    await screen.see("Vous n’avez demandé aucun appel", home(screen))
    assert await screen.visitor.house.slack.until(lambda: len(opened(screen)) == 5)
    assert opened(screen) == ["home", "messages", "home", "home", "home"]


async def test_the_shortcut_opens_the_form_where_one_is(screen: Screen) -> None:
    page = screen.page
    bolt = page.locator("#channel").get_by_role("button", name="Shortcuts")
    await bolt.click()
    await page.get_by_role("menuitem", name="Place a call").click()
    await expect(screen.form.get_by_label("Phone number")).to_be_focused()
    await expect(screen.form.get_by_label("Where to report")).to_have_value("C0FRONT001")
    await page.keyboard.press("Escape")
    await expect(screen.form).to_have_count(0)
    await expect(bolt).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await screen.form.get_by_label("Phone number").fill(NUMBER)
    await screen.form.get_by_label("Name of the person called").fill("Marie")
    await page.keyboard.press("Enter")
    await screen.see("Calling")
    (used, again) = screen.visitor.house.slack.said("shortcut")
    assert used.request["callback_id"] == again.request["callback_id"] == "place_call"


async def test_a_message_is_called_from_its_menu_and_heard_of_in_its_thread(screen: Screen) -> None:
    page = screen.page
    await screen.type("Call Marie Tremblay at 514 555 1234")
    await screen.card.hover()
    await screen.card.get_by_role("button", name="Message actions").click()
    await page.get_by_role("menuitem", name="Call this number").click()
    await expect(screen.form.get_by_label("Phone number")).to_have_value("+1 514-555-1234")
    name = screen.form.get_by_label("Name of the person called")
    await expect(name).to_have_value("Marie Tremblay")
    await name.press("Enter")
    await screen.card.get_by_role("button", name="1 reply").click()
    await screen.see("Calling", screen.thread)
    root = screen.thread.locator(".message").first
    await root.hover()
    await root.get_by_role("button", name="Message actions").click()
    await page.get_by_role("menuitem", name="Call this number").click()
    await expect(screen.form.get_by_label("Phone number")).to_have_value("+1 514-555-1234")
