"""Everything that Block Kit offers, in a real browser: also what the app does not use yet."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

pytest.importorskip("playwright", reason="playwright is not installed: no browser is tried")

from playwright.async_api import Browser, expect

from browser import IN_A_BROWSER, Screen, chromium, looking
from rehearsed import JSON, answering, visited
from sandbox.workspace import ANA, FRONT_DESK, Face

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


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def option(value: str) -> JSON:
    return {"text": plain(value.title()), "value": value}


def field(kind: str, **more: object) -> JSON:
    element = {"type": kind, "action_id": "a", **more}
    return {"type": "input", "block_id": kind, "label": plain(kind), "element": element}


COLOURS = {"options": [option("red"), option("blue")]}
EVERYTHING: JSON = {
    "type": "modal",
    "title": plain("Everything"),
    "submit": plain("Send"),
    "blocks": [
        field("plain_text_input", initial_value="first", max_length=9),
        field("email_text_input"),
        field("url_text_input"),
        field("number_input", is_decimal_allowed=False, min_value="2"),
        field("static_select", **COLOURS),
        field("users_select"),
        field("conversations_select", filter={"include": ["public"]}),
        field("multi_static_select", **COLOURS),
        field("checkboxes", **COLOURS, initial_options=[option("red")]),
        field("radio_buttons", **COLOURS),
        field("datepicker", initial_date="2026-12-24"),
        field("timepicker"),
        field("datetimepicker", initial_date_time=1796140800),
    ],
}
FILLED: dict[str, Any] = {
    "plain_text_input": "second",
    "email_text_input": "ana@example.com",
    "url_text_input": "https://example.com",
    "number_input": "3",
    "datepicker": "2026-12-25",
    "timepicker": "15:30",
    "datetimepicker": "2026-12-24T15:30",
}


async def test_every_field_reports_what_stands_in_it(screen: Screen) -> None:
    slack, form = screen.visitor.house.slack, screen.form
    slack.workspace.modals.open(ANA, FRONT_DESK, EVERYTHING)
    slack.traffic.notify()
    for name, value in FILLED.items():
        await form.get_by_label(name, exact=True).fill(value)
    for name, chosen in [
        ("static_select", "blue"),
        ("users_select", "U0BENOIT01"),
        ("conversations_select", "C0BILL0001"),
        ("multi_static_select", "blue"),
    ]:
        await form.get_by_label(name, exact=True).select_option(chosen)
    await form.get_by_role("group", name="checkboxes").get_by_label("Blue").check()
    await form.get_by_role("group", name="radio_buttons").get_by_label("Red").check()
    await screen.press("Send", form)
    sent = await slack.until(lambda: slack.said("view_submission"))
    state = sent[0].request["view"]["state"]["values"]
    red, blue = option("red"), option("blue")
    said = [[value for key, value in state[kind]["a"].items() if key != "type"] for kind in state]
    assert said == [
        ["second"],
        ["ana@example.com"],
        ["https://example.com"],
        ["3"],
        [blue],
        ["U0BENOIT01"],
        ["C0BILL0001"],
        [[blue]],
        [[red, blue]],
        [red],
        ["2026-12-25"],
        ["15:30"],
        [1798144200],  # 15:30 in Toronto
    ]


BLOCKS: list[JSON] = [
    {"type": "header", "text": plain("Header :wave:")},
    {"type": "divider"},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "> quoted\n`code` ~gone~ <#C0BILL0001> &lt;b&gt;"},
        "fields": [plain("one"), plain("two")],
        "accessory": {"type": "overflow", "action_id": "more", "options": [option("x")]},
    },
    {
        "type": "actions",
        "block_id": "chosen",
        "elements": [
            {
                "type": "static_select",
                "action_id": "colour",
                "placeholder": plain("Colour"),
                **COLOURS,
                "initial_option": option("blue"),
            },
        ],
    },
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "rich", "style": {"bold": True}}],
            }
        ],
    },
    {"type": "image", "image_url": "data:image/gif;base64,nothing", "alt_text": "a picture"},
    {"type": "video", "title": plain("a film")},
    {
        "type": "actions",
        "block_id": "buttons",
        "elements": [
            {
                "type": "button",
                "action_id": "risky",
                "text": plain("Risky"),
                "style": "danger",
                "confirm": {
                    "title": plain("Really?"),
                    "text": plain("It cannot be undone."),
                    "confirm": plain("Do it"),
                    "deny": plain("Stop"),
                },
            },
            {"type": "workflow_button", "action_id": "w", "text": plain("W")},
        ],
    },
]


async def test_every_block_is_drawn_or_shown_as_a_box(screen: Screen) -> None:
    slack, page = screen.visitor.house.slack, screen.page
    slack.workspace.post(FRONT_DESK, Face("all", BLOCKS, None))
    slack.traffic.notify()
    await expect(screen.card.get_by_role("heading", name="Header 👋")).to_be_visible()
    await expect(screen.card.locator("blockquote")).to_have_text("quoted")
    await screen.see("#billing")
    await expect(screen.card.get_by_label("Colour")).to_have_value("blue")
    for box in ("video", "workflow_button", "image"):
        await expect(screen.card.locator(".unknown", has_text=box)).to_be_visible()
    await screen.press("Risky", screen.card)
    await screen.see("It cannot be undone.", page.get_by_role("alertdialog"))
    await page.keyboard.press("Escape")
    assert slack.said("block_actions") == []
    await screen.press("Risky", screen.card)
    await screen.press("Do it")
    (pressed,) = await slack.until(lambda: slack.said("block_actions"))
    assert pressed.request["actions"][0]["action_id"] == "risky"
    await screen.see("did not understand this button", page.locator("#toasts"))


async def test_what_was_typed_survives_an_update_and_a_push(screen: Screen) -> None:
    slack = screen.visitor.house.slack
    modals, form = slack.workspace.modals, screen.form
    view = modals.open(ANA, FRONT_DESK, EVERYTHING)
    slack.traffic.notify()
    await form.get_by_label("plain_text_input", exact=True).fill("typed")
    changed = {**EVERYTHING, "title": plain("Changed"), "blocks": EVERYTHING["blocks"][:2]}
    modals.update(changed, view_id=view.id, external_id=None, expected=None)
    slack.traffic.notify()
    await screen.see("Changed", form)
    await expect(form.get_by_label("plain_text_input", exact=True)).to_have_value("typed")
    modals.push(ANA, {"type": "modal", "title": plain("On top"), "blocks": []})
    slack.traffic.notify()
    await expect(screen.page.locator("dialog.modal")).to_have_count(2)
    await screen.press("Back", form)
    await expect(screen.page.locator("dialog.modal")).to_have_count(1)
    await expect(form.get_by_label("plain_text_input", exact=True)).to_have_value("typed")


async def test_the_home_tab_is_empty_until_something_is_published(screen: Screen) -> None:
    slack, page = screen.visitor.house.slack, screen.page
    async with answering(screen.visitor.house, {}):
        await screen.press("Ringback", page.locator("#places"))
        await screen.see("nothing on its Home tab yet", page.locator("#channel"))
        await slack.until(lambda: slack.said("app_home_opened"))
    slack.workspace.homes[ANA] = {"type": "home", "blocks": BLOCKS[:1], "hash": "1"}
    slack.traffic.notify()
    await screen.see("Header 👋", page.locator("#channel"))
    await expect(page.locator("#message-box")).to_be_hidden()


CHOICES = {"type": "overflow", "action_id": "more", "options": [option("one"), option("two")]}


async def test_a_menu_is_used_by_keys_and_by_mouse(screen: Screen) -> None:
    slack, page = screen.visitor.house.slack, screen.page
    block = {"type": "section", "text": plain("menu"), "accessory": CHOICES}
    slack.workspace.post(FRONT_DESK, Face("menu", [block], None))
    slack.traffic.notify()
    opener = screen.card.get_by_role("button", name="More actions")
    async with answering(screen.visitor.house, {}):
        await opener.press("Enter")
        await expect(page.get_by_role("menuitem", name="One")).to_be_focused()
        await page.keyboard.press("ArrowUp")
        await expect(page.get_by_role("menuitem", name="Two")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(opener).to_be_focused()
        await expect(page.get_by_role("menu")).to_be_hidden()
        await opener.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(opener).to_be_focused()
        await opener.click()
        await page.get_by_role("menuitem", name="One").click()
        heard = await slack.until(
            lambda: slack.said("block_actions")[1:] and slack.said("block_actions")
        )
    actions = [one.request["actions"][0] for one in heard]
    assert [action["selected_option"]["value"] for action in actions] == ["two", "one"]


async def test_the_app_fills_a_menu_while_somebody_types(screen: Screen) -> None:
    slack, form = screen.visitor.house.slack, screen.form
    modal = {**EVERYTHING, "blocks": [field("external_select", min_query_length=1)]}
    slack.workspace.modals.open(ANA, FRONT_DESK, modal)
    slack.traffic.notify()
    async with answering(screen.visitor.house, {"options": [option("luc"), option("lucie")]}):
        menu = form.get_by_role("combobox", name="external_select")
        await menu.press_sequentially("lu")
        await form.get_by_role("option", name="Lucie").wait_for()
        await menu.press("ArrowDown")
        await menu.press("Enter")
        await expect(menu).to_have_value("Lucie")
        await menu.press("Enter")
        (sent,) = await slack.until(lambda: slack.said("view_submission"))
    values = sent.request["view"]["state"]["values"]["external_select"]
    assert values["a"]["selected_option"] == option("lucie")


async def test_a_field_may_report_at_once(screen: Screen) -> None:
    slack, form = screen.visitor.house.slack, screen.form
    at_once = {"dispatch_action": True}
    colours = {**field("static_select", **COLOURS), **at_once}
    modal = {**EVERYTHING, "blocks": [{**field("plain_text_input"), **at_once}, colours]}
    slack.workspace.modals.open(ANA, FRONT_DESK, modal)
    slack.traffic.notify()
    async with answering(screen.visitor.house, {}):
        await form.get_by_label("plain_text_input").fill("typed")
        await form.get_by_label("plain_text_input").press("Enter")
        await form.get_by_label("static_select").select_option("blue")
        told = await slack.until(
            lambda: slack.said("block_actions")[1:] and slack.said("block_actions")
        )
    assert [one.request["actions"][0]["type"] for one in told] == [
        "plain_text_input",
        "static_select",
    ]
    assert told[0].request["actions"][0]["value"] == "typed"
    assert slack.said("view_submission") == []
