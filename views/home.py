"""App Home, the call desk: a person's calls and their colleagues', and where a call is started."""

from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConversationFilter,
    ConversationSelectElement,
    DividerBlock,
    HeaderBlock,
    InteractiveElement,
    Option,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from calls.frozen import Frozen
from calls.sheet import Choice, Part, Sheet, Shown
from calls.tally import Tally
from calls.workspace import Workspace
from views import administration, roll, statistics
from views.message import context, section
from views.mrkdwn import Mrkdwn, date
from views.text import Text

NEW, REFRESH, CHOICE, CHANNEL, NEWER, OLDER = (
    "new",
    "refresh",
    "choice",
    "channel",
    "newer",
    "older",
)


class Sight(Frozen):
    """All that a person's Home shows; it was so at the instant ``looked``."""

    viewer: str
    zone: str = ""
    """The viewer's, as far as Slack has told it."""
    looked: datetime
    shown: Shown = Shown()
    sheet: Sheet | None = None
    """None: the database did not tell it."""
    workspace: Workspace = Workspace()
    administers: bool = False
    tally: Tally | None = None
    """What the workspace's calls of the last days came to; none: it was not counted."""
    address: str | None = None
    """Where the workspace is on the web, for links to threads."""


def render(sight: Sight, text: Text, *, tables: bool = True) -> dict[str, Any]:
    """Draw a person's Home, with tables or in words."""
    blocks: list[Block] = [
        HeaderBlock(text=text("home.title")),
        *administration.stopped(sight.workspace, text),
        section(text.mrkdwn("home.intro")),
        ActionsBlock(elements=[_button(NEW, text, style="primary"), _button(REFRESH, text)]),
        DividerBlock(),
        *_calls(sight, text),
        *_counted(sight.tally, text, tables=tables),
        DividerBlock(),
        *(administration.entrances(text, sight.workspace) if sight.administers else ()),
        context(text.mrkdwn("home.looked", when=date(sight.looked, "{time_secs}"))),
    ]
    return View(type="home", blocks=blocks).to_dict()


def _calls(sight: Sight, text: Text) -> list[Block]:
    sheet, shown = sight.sheet, sight.shown
    if sheet is None:
        return [section(text.mrkdwn("not_noted.reading"))]
    choosing = ActionsBlock(elements=_choosing(shown, text))
    if shown.choice is Choice.CHANNEL and not shown.channel:
        return [choosing, section(text.mrkdwn("home.choose"))]
    found = roll.render(sheet, sight.viewer, sight.address, text, sight.zone)
    return [
        choosing,
        context(_figures(sheet, text)),
        *(found or [section(text.mrkdwn(f"home.none.{shown.choice}"))]),
        *_pages(sheet, text),
    ]


def _figures(sheet: Sheet, text: Text) -> Mrkdwn:
    """Tell how many there were, and where nothing is left to do, that."""
    numbers = {name: str(number) for name, number in sheet.figures.model_dump().items()}
    told = [text.mrkdwn("home.figures", **numbers)]
    if sheet.lines and not sheet.counts.get(Part.NEEDY):
        told.append(text.mrkdwn("home.nothing"))
    return Mrkdwn("\n".join(told))


def _counted(tally: Tally | None, text: Text, *, tables: bool) -> list[Block]:
    if tally is None or not tally.whole.calls:
        return []
    title = section(text.mrkdwn("statistics.home"))
    if tables:
        return [DividerBlock(), title, statistics.table(tally.assistants, text)]
    return [DividerBlock(), title, *map(section, statistics.in_words(tally.assistants, text))]


def _choosing(shown: Shown, text: Text) -> list[InteractiveElement]:
    options = {
        choice: Option(text=text(f"home.choice.{choice}"), value=choice.value) for choice in Choice
    }
    elements: list[InteractiveElement] = [
        StaticSelectElement(
            action_id=CHOICE,
            placeholder=text("home.whose"),
            options=list(options.values()),
            initial_option=options[shown.choice],
        )
    ]
    if shown.choice is Choice.CHANNEL:
        elements.append(
            ConversationSelectElement(
                action_id=CHANNEL,
                placeholder=text("home.where"),
                initial_conversation=shown.channel,
                filter=ConversationFilter(include=["public", "private", "mpim"]),
            )
        )
    return elements


def _pages(sheet: Sheet, text: Text) -> list[Block]:
    if sheet.pages == 1:
        return []
    page, pages = sheet.page, sheet.pages
    buttons = [_button(NEWER, text, page - 1)] if page else []
    if page + 1 < pages:
        buttons.append(_button(OLDER, text, page + 1))
    told = text.mrkdwn("home.page", page=str(page + 1), pages=str(pages))
    return [context(told), ActionsBlock(elements=buttons)]


def _button(
    action: str, text: Text, page: int | None = None, style: str | None = None
) -> ButtonElement:
    value = None if page is None else str(page)
    return ButtonElement(text=text(f"home.{action}"), action_id=action, value=value, style=style)
