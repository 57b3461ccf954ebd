"""*Call me first*: whom to call, and what came of it."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InputBlock,
    PlainTextInputElement,
)

from calls import numbers
from calls.errors import Reason
from calls.model import Call
from calls.policy import CLOSED
from views.filled import Filled
from views.message import section
from views.modal import modal
from views.mrkdwn import Mrkdwn, gathered
from views.text import Text

CALLBACK, OTHER, NUMBER = "trial", "trial_other", "own_number"
LONGEST = 50  # characters of a number
OWN = {CLOSED: "trial.closed"}  # what is said otherwise of the asker's own number


def ask(draft: str, text: Text, number: str = "") -> dict[str, Any]:
    """Ask a person for their own number; ``draft`` is the kept form that is to be tried."""
    element = PlainTextInputElement(
        action_id=NUMBER, initial_value=number or None, max_length=LONGEST, focus_on_load=True
    )
    asked = InputBlock(
        block_id=NUMBER,
        label=text("trial.number"),
        hint=text("trial.number_hint"),
        element=element,
    )
    blocks: list[Block] = [section(text.mrkdwn("trial.intro")), asked]
    return modal(
        text,
        "trial.title",
        blocks,
        close="trial.close",
        submit="trial.submit",
        callback=CALLBACK,
        keeps=draft,
    )


def read(view: dict[str, Any]) -> str:
    """Read the number that was typed."""
    return Filled(view).words(NUMBER)


def placed(call: Call, draft: str, text: Text) -> dict[str, Any]:
    """Tell that a person is being called, or what that waits for."""
    key = "trial.waits" if call.reason else "trial.placed"
    number = numbers.spaced(call.number)
    why = text.mrkdwn_reason(call.reason) if call.reason else ""
    told = text.mrkdwn(key, number=number, reference=call.reference, why=why)
    return _told([told], draft, text)


def live(reference: str, draft: str, text: Text) -> dict[str, Any]:
    """Tell that a call to the person's number is under way already."""
    return _told([text.mrkdwn("trial.live", reference=reference)], draft, text)


def refused(reasons: Sequence[Reason], draft: str, text: Text) -> dict[str, Any]:
    """Tell everything that speaks against calling the person."""
    own = [one.model_copy(update={"key": OWN.get(one.key, one.key)}) for one in reasons]
    lines = [
        text.mrkdwn("answer.refused_line", reason=text.mrkdwn_reason(reason)) for reason in own
    ]
    return _told([text.mrkdwn("trial.refused"), *lines], draft, text)


def loading(text: Text) -> dict[str, Any]:
    """Draw a window that waits for one of these."""
    return _window([section(text.mrkdwn("form.loading"))], "", text)


def _told(lines: Sequence[Mrkdwn], draft: str, text: Text) -> dict[str, Any]:
    other = ButtonElement(text=text("trial.other"), action_id=OTHER)
    return _window([*map(section, gathered(lines)), ActionsBlock(elements=[other])], draft, text)


def _window(blocks: Sequence[Block], draft: str, text: Text) -> dict[str, Any]:
    return modal(text, "trial.title", blocks, close="trial.close", keeps=draft)
