"""The page in a real browser, used in haste, in a narrow window, from a wrong address."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

pytest.importorskip("playwright", reason="playwright is not installed: no browser is tried")

from playwright.async_api import Browser, expect

from browser import IN_A_BROWSER, Screen, chromium, looking
from rehearsed import visited
from sandbox.workspace import FRONT_DESK, Face

pytestmark = IN_A_BROWSER

NOW = "/call now 514 555 1234 Marie"
NARROW = 600  # pixels


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def screen(browser: Browser, tmp_path: Path) -> AsyncIterator[Screen]:
    async with visited(tmp_path) as visitor, looking(browser, visitor) as screen:
        yield screen
        assert screen.complaints == []


async def flying(screen: Screen) -> None:
    await screen.type(NOW)
    await screen.see("Calling")
    await screen.see("in flight", screen.call)


async def test_a_second_click_at_once_does_nothing_more(screen: Screen) -> None:
    slack = screen.visitor.house.slack
    await flying(screen)
    await screen.card.get_by_role("button", name="Details").dblclick()
    await screen.see("Time line", screen.form)
    assert len(slack.said("block_actions")) == 1
    await screen.form.locator("footer").get_by_role("button", name="Close").dblclick()
    await expect(screen.form).to_have_count(0)
    await screen.type("/call")
    await screen.form.get_by_label("Phone number").fill("514 555 9876")
    await screen.form.get_by_role("button", name="Place the call").dblclick()
    await expect(screen.form).to_have_count(0)
    await expect(screen.page.locator("#panel .call")).to_have_count(2)
    await screen.page.keyboard.press("Enter")
    await screen.call.get_by_role("button", name="Completed").dblclick()
    await screen.see("Completed, 42 s")
    assert len(slack.said("view_submission")) == 1
    await expect(screen.page.locator("#toasts p")).to_have_count(0)


async def test_the_focus_stays_where_it_was_when_something_arrives(screen: Screen) -> None:
    slack = screen.visitor.house.slack
    await flying(screen)
    await screen.press("Completed", screen.call)
    await screen.card.locator(".replies").click()
    close = screen.thread.get_by_role("button", name="Close")
    again = screen.page.locator("#channel").get_by_role("button", name="Call again")
    for n, button in enumerate((close, again)):
        await button.focus()
        slack.workspace.post(FRONT_DESK, Face(f"news {n}", [], None))
        slack.traffic.notify()
        await screen.see(f"news {n}")
        await expect(button).to_be_focused()


async def test_what_comes_below_is_told_and_what_one_types_is_in_sight(screen: Screen) -> None:
    slack, below = screen.visitor.house.slack, screen.page.locator("#channel .below")
    for n in range(30):
        slack.workspace.post(FRONT_DESK, Face(f"news {n}", [], None))
    slack.traffic.notify()
    await expect(screen.card).to_contain_text("news 29")
    top = "pane => { pane.scrollTop = 0; }"
    await screen.page.locator("#channel-scroll").evaluate(top)
    await screen.type("/call help")
    await screen.see("opens the form")
    await expect(screen.card).to_be_in_viewport()
    await screen.page.locator("#channel-scroll").evaluate(top)
    slack.workspace.post(FRONT_DESK, Face("news 30", [], None))
    slack.traffic.notify()
    await below.click()
    await expect(screen.card).to_be_in_viewport()
    await expect(below).to_be_hidden()


async def test_what_stands_in_the_address_may_be_nonsense(screen: Screen) -> None:
    page, address = screen.page, screen.visitor.address
    for nonsense in ("U0NOBODY01/C0FRONT001", "U0ANA00001/C0NOWHERE/user/1.2", "//toString/x", "%"):
        await page.goto("about:blank")
        await page.goto(f"{address}#{nonsense}")
        await screen.see("front-desk", page.locator("#channel h2"))
        await expect(page.locator("#message-box")).to_be_visible()
        assert await page.evaluate("document.querySelector('.with-thread')") is None
    screen.complaints = [one for one in screen.complaints if "400" not in one]


async def test_a_narrow_window_is_enough(screen: Screen) -> None:
    page = screen.page
    await page.set_viewport_size({"width": NARROW, "height": 800})
    await flying(screen)
    await screen.press("Busy", screen.call)
    await screen.card.locator(".replies").click()
    await screen.see("the line was busy", screen.thread)
    box = await page.locator("#thread-box").bounding_box()
    assert box is not None
    assert box["width"] > NARROW / 2
    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW
    await page.keyboard.press("Escape")
    await page.locator(".place", has_text="Ringback").click()
    await screen.see("Needs you (1)", page.locator("#channel .home"))


async def test_a_call_that_has_ended_leaves_the_next_one_in_sight(screen: Screen) -> None:
    for n in range(6):
        await screen.type(f"/call now 514 555 12{n}0 Person {n}")
        await screen.see(f"Person {n}", screen.call)
    for n in (5, 4, 3):
        top = screen.page.locator("#panel .call.flying").first
        await expect(top).to_contain_text(f"Person {n}")
        await top.get_by_role("button", name="Busy").click()
        await expect(screen.call).to_contain_text(f"Person {n - 1}")
        await expect(screen.call.get_by_role("button", name="Busy")).to_be_in_viewport()


HIDDEN = """hidden => {
    Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""


async def test_a_tab_that_nobody_looks_at_hears_nothing_until_it_is_seen(screen: Screen) -> None:
    """A browser keeps six connections to a server, and each tab that listens takes one."""
    slack, page = screen.visitor.house.slack, screen.page
    await page.evaluate(HIDDEN, True)
    slack.workspace.post(FRONT_DESK, Face("while hidden", [], None))
    async with page.expect_event("request", lambda one: one.url.endswith("/changes")) as asked:
        slack.traffic.notify()
        await page.wait_for_timeout(200)
        await expect(screen.card).to_have_count(0)
        await page.evaluate(HIDDEN, False)
    await asked.value
    await screen.see("while hidden")
