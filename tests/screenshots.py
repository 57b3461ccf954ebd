"""``make screenshots``: the page's main states, as pictures in docs/images/.

What letters and emoji look like depends on the fonts of the machine: those in the repository were
made with Debian's fonts-lato and fonts-noto-color-emoji.
"""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser

from browser import CHROMIUM, Screen, chromium, looking
from rehearsed import staged
from sandbox.page import LIVELY

SETTINGS = LIVELY | {"UNDO_SECONDS": "0"}
IMAGES = Path(__file__).parent.parent / "docs" / "images"
NUMBER, TOLD = "514 555 1234", "slot = Tuesday 3 pm\npractitioner = Dr Roy"
FURTHER = {"418 555 0123 Guy Roy": "No answer", "613 555 0181 Ida Côté": "Completed"}
OTHERS = ['438 555 0199 Luc Gagnon slot="Tuesday 4 pm"', "514 555 0142 Nadia Haddad"]


async def fill(screen: Screen) -> None:
    """Type a call into the form that is open."""
    await screen.form.locator("input").nth(0).fill(NUMBER)
    await screen.form.locator("input").nth(1).fill("Marie Tremblay")
    await screen.form.locator("textarea").fill(TOLD)


async def story(screen: Screen) -> None:
    """Take pictures of one call from the command to its outcome, and of the panel."""
    page = screen.page
    await page.locator("#message-box").fill("/call ")
    await save(screen, "command")
    await page.keyboard.press("Enter")
    await fill(screen)
    await save(screen, "form")
    await screen.form.locator("input").nth(0).fill("514 555 12")
    await screen.form.locator("footer button").last.click()
    await screen.see("Check the digits", screen.form)
    await save(screen, "form-errors")
    await screen.form.locator("input").nth(0).fill(NUMBER)
    await page.keyboard.press("Enter")
    await screen.see("Calling")
    await screen.press("Completed", screen.call)
    await screen.see("Completed, 42 s")
    await screen.card.locator(".replies").click()
    await screen.see("confirmed the appointment", screen.thread)
    await screen.see("What was said", screen.thread)
    await save(screen, "thread")


async def panel(screen: Screen) -> None:
    """Take a picture of two more calls, one of them lost, with the log unfolded."""
    page = screen.page
    await page.keyboard.press("Escape")
    await both(screen)
    await screen.press("Forge address", screen.call)
    await screen.see("404", screen.call)
    await screen.choose("The next request to place a call", "timeout")
    await page.locator(".exchanges li", has_text="POST outbound").first.click()
    await page.locator(".exchanges pre").first.wait_for()
    await save(screen, "panel")


async def both(screen: Screen) -> None:
    """Place two more calls and wait until both are in flight."""
    for typed in OTHERS:
        calls = await screen.page.locator("#panel .call").count()
        await screen.type(f"/call now {typed}")
        await screen.page.locator("#panel .call").nth(calls).wait_for()
        await screen.see("Calling")


async def unknown(screen: Screen) -> None:
    """Take a picture of a call of which nobody knows whether it went out."""
    await screen.page.locator(".exchanges details[open] > summary").click()
    await screen.choose("The next request to place a call", "reset")
    await screen.type("/call now 450 555 0177 Rose Nguyen")
    await screen.see("Unknown")
    await screen.card.locator(".replies").click()
    await screen.see("may have gone out", screen.thread)
    await save(screen, "unknown")
    await screen.page.keyboard.press("Escape")


async def home(screen: Screen) -> None:
    """Take a picture of App Home, the call desk, with the calls so far."""
    await screen.page.locator(".place", has_text="Ringback").click()
    await screen.see("Needs you", screen.page.locator("#channel .home"))
    await save(screen, "home")
    await screen.page.locator(".place", has_text="front-desk").click()


async def stats(screen: Screen) -> None:
    """Take a picture of what the calls so far came to."""
    for typed, ended in FURTHER.items():
        await screen.type(f"/call now {typed}")
        await screen.see("Calling")
        await screen.press(ended, screen.call)
        await screen.see(ended)
    await screen.type("/call stats")
    await screen.see("How they ended")
    await save(screen, "stats")


async def french(screen: Screen) -> None:
    """Take a picture of the same form in French."""
    await screen.become("Benoît Roy")
    await screen.type("/call")
    await screen.form.get_by_label("Numéro de téléphone").wait_for()
    await fill(screen)
    await save(screen, "french")


async def save(screen: Screen, name: str) -> None:
    """Write what the window shows to a file."""
    await screen.page.wait_for_timeout(400)  # until what moves has arrived
    await screen.page.screenshot(path=IMAGES / f"{name}.png")


async def main() -> None:
    """Play in light and in dark, and save what is seen."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with chromium() as browser:
        await light(browser)
        await dark(browser)


async def light(browser: Browser) -> None:
    """Save the states that a newcomer goes through."""
    async with staged(**SETTINGS) as visitor, looking(browser, visitor) as screen:
        await story(screen)
        await panel(screen)
        await unknown(screen)
        await home(screen)
        await stats(screen)
        await french(screen)


async def dark(browser: Browser) -> None:
    """Save a finished call and its thread as they are at night."""
    async with staged(**SETTINGS) as visitor, looking(browser, visitor, "dark") as screen:
        await both(screen)
        await screen.press("No answer", screen.call)
        await screen.see("No answer")
        await screen.card.locator(".replies").click()
        await screen.see("nobody answered", screen.thread)
        await save(screen, "dark")


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("make screenshots needs Chromium: apt-get install chromium")
    asyncio.run(main())
