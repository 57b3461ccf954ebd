"""The page in a real browser, used as somebody would who tries Ringback for the first time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

pytest.importorskip("playwright", reason="playwright is not installed: no browser is tried")

from playwright.async_api import Browser, expect

from browser import IN_A_BROWSER, Screen, chromium, looking
from rehearsed import visited

pytestmark = IN_A_BROWSER

NUMBER = "514 555 1234"
NOW = f"/call now {NUMBER} Marie"
NOT_PLACED, UNKNOWN = "Not placed", "Unknown"
BECOMES = {  # each way in which AlloMia may take a request -> what the call's message says
    "400": NOT_PLACED,
    "401": NOT_PLACED,
    "403": NOT_PLACED,
    "404": NOT_PLACED,
    "422": NOT_PLACED,
    "429": "Queued, not dialled yet",
    "500": UNKNOWN,
    "timeout": UNKNOWN,
    "reset": UNKNOWN,
    "garbled": UNKNOWN,
    "cut": UNKNOWN,
    "no-id": UNKNOWN,
    "slow": UNKNOWN,  # the app waits two seconds in tests
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def screen(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Screen]:
    """Show the page; `undo` seconds may be asked for. Nothing may complain in the console."""
    settings: dict[str, str] = getattr(request, "param", {})
    async with visited(tmp_path, **settings) as visitor, looking(browser, visitor) as screen:
        yield screen
        assert screen.complaints == []


async def flying(screen: Screen) -> None:
    await screen.type(NOW)
    await screen.see("Calling")
    await screen.see("in flight", screen.call)


async def test_a_call_goes_from_the_command_to_the_outcome_in_its_thread(screen: Screen) -> None:
    box = screen.page.locator("#message-box")
    await box.fill("/ca")
    await screen.see("Place a phone call through AlloMia", screen.page.locator(".command-hint"))
    await box.press("Tab")
    await expect(box).to_have_value("/call ")
    await screen.see("now <number>", screen.page.locator(".command-hint"))
    await box.press("Enter")
    await expect(screen.form.get_by_label("Phone number")).to_be_focused()
    await screen.form.get_by_label("Phone number").fill(NUMBER)
    await screen.form.get_by_label("Name of the person called").fill("Marie")
    await screen.form.get_by_label("What the assistant should know").fill("slot = Tuesday 3 pm")
    await screen.form.get_by_label("Name of the person called").press("Enter")
    await expect(screen.form).to_have_count(0)
    await expect(box).to_be_focused()

    await screen.see("Calling")
    await screen.see("slot: Tuesday 3 pm", screen.call)
    await screen.press("Completed", screen.call)
    await screen.see("Completed, 42 s")
    await screen.see("(edited)")
    await screen.card.get_by_role("button", name="1 reply").click()
    await screen.see("Marie was reached.", screen.thread)
    await expect(screen.page.locator("#news")).to_contain_text("Marie was reached")
    await screen.page.reload()
    await screen.see("Marie was reached.", screen.thread)


async def test_an_error_stands_beside_its_field_until_it_is_mended(screen: Screen) -> None:
    await screen.type("/call")
    number = screen.form.get_by_label("Phone number")
    await screen.press("Place the call", screen.form)
    await screen.see("Please complete this required field.", screen.form)
    await screen.form.get_by_label("Name of the person called").fill("Marie")
    await number.fill("12")
    await screen.press("Place the call", screen.form)
    await screen.see("Write the whole number", screen.form)
    await expect(number).to_have_attribute("aria-invalid", "true")
    await expect(number).to_be_focused()
    await expect(screen.form.get_by_label("Name of the person called")).to_have_value("Marie")
    await number.fill(NUMBER)
    await expect(screen.form.locator(".error", has_text="Write the whole number")).to_have_count(0)
    await number.press("Enter")
    await expect(screen.form).to_have_count(0)
    await screen.see("Calling")


@pytest.mark.parametrize("screen", [{"UNDO_SECONDS": "30"}], indirect=True)
async def test_a_call_is_cancelled_before_it_is_dialled(screen: Screen) -> None:
    await screen.type(NOW)
    await screen.see("Queued")
    await screen.press("Cancel", screen.card)
    await screen.see("Cancelled")
    await screen.see("@Ana Lima cancelled it before it was dialled.")
    assert screen.visitor.house.allomia.dialled() == []


async def test_a_call_is_placed_again_from_its_message(screen: Screen) -> None:
    await flying(screen)
    await screen.press("Busy", screen.call)
    await screen.see("Busy")
    await screen.press("Call again", screen.card)
    await expect(screen.form.get_by_label("Phone number")).to_have_value("+15145551234")
    await screen.press("Place the call", screen.form)
    await expect(screen.page.locator("#panel .call")).to_have_count(2)
    await screen.see("in flight", screen.call)


async def test_details_are_read_and_closed(screen: Screen) -> None:
    await flying(screen)
    await screen.press("Details", screen.card)
    await screen.see("Time line", screen.form)
    await screen.see("•••• 1234", screen.form)
    await screen.page.keyboard.press("Escape")
    await expect(screen.form).to_have_count(0)
    await expect(screen.card.get_by_role("button", name="Details")).to_be_focused()


async def test_benoit_is_served_in_french(screen: Screen) -> None:
    await screen.become("Benoît Roy")
    await screen.see("Canaux", screen.page.locator("#places"))
    await screen.type("/call")
    await screen.form.get_by_label("Numéro de téléphone").fill(NUMBER)
    await screen.page.keyboard.press("Enter")
    await screen.see("Appel en cours")
    await screen.press("No answer", screen.call)
    await screen.card.get_by_role("button", name="1 réponse").click()
    await screen.see("(modifié)", screen.card)
    await screen.type("/call aide")
    await screen.see("Visible uniquement par vous")
    await screen.become("Ana Lima")
    await screen.see("Channels", screen.page.locator("#places"))
    await expect(screen.page.locator(".ephemeral")).to_have_count(0)


@pytest.mark.parametrize("screen", [{"ALLOMIA_TIMEOUT": "2"}], indirect=True)
async def test_each_answer_of_allomia_is_told(screen: Screen) -> None:
    for n, (fault, becomes) in enumerate(BECOMES.items()):
        await screen.choose("The next request to place a call", fault)
        await screen.type(f"/call now 514 555 01{n:02} Fault {fault}")
        card = screen.page.locator("#channel .message", has_text=f"Fault {fault}")
        await screen.see(becomes, card)
        await expect(screen.page.get_by_label("The next request to place a call")).to_have_value("")
        if fault == "429":
            await screen.see("Calling", card)


async def test_callbacks_are_lost_repeated_and_forged(screen: Screen) -> None:
    await flying(screen)
    await screen.press("Forge address", screen.call)
    await screen.see("404", screen.call)
    await screen.press("Forge news", screen.call)
    await screen.see("rung 2×", screen.call)
    await screen.press("Ring", screen.call)
    await screen.press("Ring ×20", screen.call)
    await screen.see("rung 23×", screen.call)
    await screen.see("Calling")
    await screen.call.get_by_label("Its callback then").select_option("gets lost")
    await screen.press("Ring", screen.call)
    await screen.see("rung 24×", screen.call)  # what was chosen stays
    await screen.press("Failed", screen.call)
    await screen.see("Failed")
    await screen.see("rung 24×", screen.call)

    await flying(screen)
    await screen.call.get_by_label("Its callback then").select_option("rings 20 times")
    await screen.press("Completed", screen.call)
    await screen.see("Completed, 42 s")
    await screen.see("rung 20×", screen.call)
    await expect(screen.card.locator(".replies strong")).to_have_text("1 reply")
    assert len(screen.visitor.house.allomia.dialled()) == 2


@pytest.mark.parametrize(("weather", "seen"), [("Rate-limited", "ratelimited"), ("Down", "503")])
async def test_slack_recovers(screen: Screen, weather: str, seen: str) -> None:
    await screen.page.get_by_text(weather, exact=True).click()
    await screen.type(NOW)
    await screen.see(seen, screen.page.locator(".exchanges"))
    await screen.page.get_by_text("Fine", exact=True).click()
    await screen.card.get_by_text("Calling").wait_for(timeout=20_000)


async def test_slack_may_be_slow(screen: Screen) -> None:
    await screen.page.get_by_text("Slow", exact=True).click()
    await screen.type("/call")
    await screen.form.get_by_label("Phone number").fill(NUMBER)
    await screen.page.keyboard.press("Enter")
    await expect(screen.form).to_have_count(0)
    await screen.see("Calling")


async def test_the_log_unfolds_to_json_without_secrets(screen: Screen) -> None:
    await flying(screen)
    entry = screen.page.locator(".exchanges li", has_text="slash_command")
    await entry.locator("summary").click()
    await screen.see('"command": "/call"', entry)
    await screen.see('"token": "•••"', entry)
    await screen.press("Completed", screen.call)
    await screen.see("Completed, 42 s")
    await expect(entry.locator("details")).to_have_attribute("open", "")


async def test_the_keyboard_is_enough(screen: Screen) -> None:
    page = screen.page
    await screen.type("/call")
    await screen.form.wait_for()
    for _ in range(14):  # the focus stays in the window, or goes to the browser's own buttons
        await page.keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert await page.evaluate(inside)
    await screen.form.get_by_label("What the assistant should know").focus()
    await page.keyboard.type("a = b")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Control+Enter")
    await screen.see("Please complete this required field.", screen.form)
    await page.keyboard.press("Escape")
    await expect(screen.form).to_have_count(0)
    await expect(page.locator("#message-box")).to_be_focused()
    await page.locator(".person input").first.focus()
    await page.keyboard.press("ArrowDown")
    await screen.see("Canaux", page.locator("#places"))


async def test_messages_commands_and_refusals(screen: Screen) -> None:
    page = screen.page
    await screen.type("*hello* <img src=x onerror=alert(1)> :wave: https://example.com")
    await expect(screen.card.locator("strong").last).to_have_text("hello")
    await screen.see("<img src=x onerror=alert(1)> 👋")
    await expect(screen.card.get_by_role("link")).to_have_attribute("href", "https://example.com")
    await screen.type("/dial 5")
    await screen.see("/dial is not a valid command", page.locator("#toasts"))
    await screen.card.hover()
    await screen.press("Reply in thread", screen.card)
    await page.locator("#thread-box").fill("/call")
    await page.keyboard.press("Enter")
    await screen.see("not supported in threads", page.locator("#toasts"))
    await page.locator("#thread-box").fill("a reply")
    await page.keyboard.press("Enter")
    await screen.see("1 reply")
    await page.keyboard.press("Escape")
    await expect(screen.thread).to_be_hidden()
    await expect(page.locator("#message-box")).to_be_focused()
    await screen.press("billing")
    await screen.type("/invite @ringback")
    await screen.see("Ringback is now a member of #billing.", page.locator("#toasts"))
    await screen.press("archive")
    await screen.see("This channel is archived.", page.locator("#channel"))


async def test_the_end_of_the_rehearsal_is_told(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as visitor:
        opened = looking(browser, visitor)
        screen = await opened.__aenter__()
        await expect(screen.page.locator("#lost")).to_be_hidden()
    await expect(screen.page.locator("#lost")).to_be_visible()
    await opened.__aexit__(None, None, None)
