"""App Home: where a person starts a call, and finds the last ones they asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    HeaderBlock,
)
from slack_sdk.models.views import View

from calls.model import Call
from views import answer, card
from views.message import context, section
from views.mrkdwn import date
from views.text import Text

NEW, REFRESH = "new", "refresh"


def render(
    calls: Sequence[Call] | None,
    text: Text,
    looked: datetime,
    above: Sequence[Block] = (),
    doors: Sequence[Block] = (),
) -> dict[str, Any]:
    """Draw a person's Home; ``calls`` is ``None`` where the database did not tell them.

    ``looked`` is the instant of that: by it a person sees that Home was drawn anew. ``above``
    stands what everybody must know, ``doors`` are an administrator's.
    """
    blocks: list[Block] = [
        HeaderBlock(text=text("home.title")),
        *above,
        section(text.mrkdwn("home.intro")),
        ActionsBlock(elements=[_button(NEW, text, "primary"), _button(REFRESH, text)]),
        *doors,
        DividerBlock(),
        *_last(calls, text),
        context(text.mrkdwn("home.looked", when=date(looked, "{time_secs}"))),
    ]
    return View(type="home", blocks=blocks).to_dict()


def _last(calls: Sequence[Call] | None, text: Text) -> list[Block]:
    if calls is None:
        return [section(text.mrkdwn("not_noted.reading"))]
    if not calls:
        return [section(text.mrkdwn("answer.list_empty"))]
    lines = [
        section(answer.line(call, text), accessory=card.button(card.DETAILS, call, text))
        for call in calls
    ]
    return [section(text.mrkdwn("answer.list_title")), *lines]


def _button(action: str, text: Text, style: str | None = None) -> ButtonElement:
    return ButtonElement(text=text(f"home.{action}"), action_id=action, style=style)
