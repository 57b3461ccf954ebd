"""The numbers that a message mentions, of which one is chosen to be called."""

import json
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import InputBlock, RadioButtonsElement, StaticSelectElement

from calls.mentions import Mention
from calls.order import Draft
from calls.place import Place
from views.fields import option
from views.filled import Filled
from views.form import Form
from views.message import section
from views.modal import modal
from views.text import Text

CALLBACK = NUMBER = "found"
ABOUT = "context"  # the variable by which the assistant is told what stands beside the number
MOST_BUTTONS = 10  # in one choice, by Slack's rules
MOST_KEPT = 2200  # characters of what is known of the numbers; Slack keeps 3000 of a window


def render(found: Sequence[Mention], shown: Form, text: Text) -> dict[str, Any]:
    """Ask which of several numbers is to be called."""
    options = [option(_label(one), str(n), one.about) for n, one in enumerate(found)]
    kind = RadioButtonsElement if len(options) <= MOST_BUTTONS else StaticSelectElement
    asked = InputBlock(
        block_id=NUMBER,
        label=text("found.number"),
        element=kind(action_id=NUMBER, options=options),
    )
    under = shown.under and [shown.under.channel, shown.under.ts]
    kept = {"response_url": shown.response_url, "channel": shown.channel, "under": under}
    return modal(
        text,
        "form.title",
        [section(text.mrkdwn("found.several")), asked],
        close="form.close",
        submit="found.submit",
        callback=CALLBACK,
        keeps=json.dumps(kept | {"found": _shortened(found)}, ensure_ascii=False),
    )


def read(view: dict[str, Any]) -> Form:
    """Return the form for the number that was chosen."""
    kept = json.loads(view.get("private_metadata") or "{}")
    found = [Mention(number=one[0], name=one[1], about=one[2]) for one in kept.get("found") or ()]
    chosen = Filled(view).option(NUMBER)
    draft = drafted(found[int(chosen)]) if chosen.isdecimal() and int(chosen) < len(found) else None
    under = kept.get("under")
    return Form(
        draft=draft or Draft(),
        channel=kept.get("channel") or "",
        response_url=kept.get("response_url"),
        under=Place(channel=under[0], ts=under[1]) if under else None,
    )


def drafted(one: Mention) -> Draft:
    """Write into a draft what is known of a number."""
    return Draft(
        number=one.number, name=one.name, variables=f"{ABOUT} = {one.about}" if one.about else ""
    )


def _label(one: Mention) -> str:
    return f"{one.name} · {one.number}" if one.name else one.number


def _shortened(found: Sequence[Mention]) -> list[tuple[str, str, str]]:
    """Return what is kept of the numbers, each's surroundings cut alike until all have room."""
    most = MOST_KEPT
    while True:
        kept = [(one.number, one.name, one.about[:most]) for one in found]
        if len(json.dumps(kept, ensure_ascii=False)) <= MOST_KEPT or not most:
            return kept
        most //= 2
