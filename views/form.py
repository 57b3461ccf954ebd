"""The form: what is asked of a person who places a call, and how the answer is read."""

import json
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ConversationFilter,
    ConversationSelectElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
)
from slack_sdk.models.views import View

from calls import variables
from calls.errors import Reason
from calls.model import Call, Draft, Frozen
from calls.numbers import masked
from calls.reading import LONGEST_NAME
from views.message import context, section
from views.mrkdwn import date, user
from views.text import Text

CALLBACK = "place"
LONGEST = {
    "number": 50,
    "name": LONGEST_NAME,
    "assistant": 100,
    "caller": 100,
    "variables": variables.LONGEST,
}

LONGEST_ERROR = 1000  # characters


class Form(Frozen):
    """A draft, the conversation to report in, and where to answer the person besides.

    An empty ``channel`` is the app's direct message with the person.
    """

    draft: Draft
    channel: str = ""
    response_url: str | None = None
    here: bool = False
    """Whether the conversation that the person looks at is proposed, where none is given."""
    shared: bool = False
    """Whether conversations shared with other companies are offered."""
    home: bool = False
    """Whether it was opened from App Home, which then shows the new call."""


def render(form: Form, text: Text, live: Call | None = None) -> dict[str, Any]:
    """Draw the form; with ``live``, ask to confirm a second call to the same number."""
    draft = form.draft
    hides = variables.HIDDEN in draft.number + draft.variables
    blocks: list[Block] = [
        _field("number", text, draft.number, focus=not draft.number),
        *(_confirmation(live, text) if live else ()),
        _field("name", text, draft.name, optional=True),
        _field("variables", text, draft.variables, optional=True, multiline=True),
        *([context(text.mrkdwn("form.hidden"))] if hides else ()),
        _conversation(form, text),
        _field("assistant", text, draft.assistant_id),
        _field("caller", text, draft.phone_number_id),
    ]
    kept = {
        "response_url": form.response_url,
        "like": draft.like,
        "home": form.home,
        "shared": form.shared,
    }
    return _modal(text, blocks, submit=text("form.submit"), private_metadata=json.dumps(kept))


def _modal(text: Text, blocks: Sequence[Block], **options: Any) -> dict[str, Any]:  # noqa: ANN401
    return View(
        type="modal",
        callback_id=CALLBACK,
        title=text("form.title"),
        close=text("form.close"),
        blocks=blocks,
        **options,
    ).to_dict()


def loading(text: Text) -> dict[str, Any]:
    """Draw a window that opens at once and waits for what it will show."""
    return _modal(text, [section(text.mrkdwn("form.loading"))])


def notice(text: Text, title: str, told: str, **values: str) -> dict[str, Any]:
    """Draw a window with one thing to read; ``title`` and ``told`` are keys of sentences."""
    return View(
        type="modal",
        title=text(title),
        close=text("not_noted.close"),
        blocks=[section(text.mrkdwn(told, **values))],
    ).to_dict()


def read(view: dict[str, Any]) -> Form:
    """Read a submitted form; Slack may send an empty field as null or leave it out."""
    values = (view.get("state") or {}).get("values") or {}
    kept = json.loads(view.get("private_metadata") or "{}")

    def element(field: str) -> dict[str, Any]:
        return (values.get(field) or {}).get(field) or {}

    def typed(field: str) -> str:
        return element(field).get("value") or ""

    ticked = element("confirm").get("selected_options") or [{}]
    return Form(
        draft=Draft(
            number=typed("number"),
            name=typed("name"),
            assistant_id=typed("assistant"),
            phone_number_id=typed("caller"),
            variables=typed("variables"),
            like=kept.get("like"),
            confirmed=ticked[0].get("value"),
        ),
        channel=element("channel").get("selected_conversation") or "",
        response_url=kept.get("response_url"),
        shared=bool(kept.get("shared")),
        home=bool(kept.get("home")),
    )


def asks_about(view: dict[str, Any], live: Call) -> bool:
    """Tell whether a form already asks to confirm a second call beside this live one."""
    asked = (block for block in view.get("blocks") or () if block.get("block_id") == "confirm")
    return any(
        option.get("value") == live.reference
        for block in asked
        for option in block["element"]["options"]
    )


def errors(reasons: Sequence[Reason], text: Text) -> dict[str, str]:
    """Tell each reason beside its field, several of one field together."""
    told: dict[str, list[str]] = {}
    for reason in reasons:
        told.setdefault(reason.field or "number", []).append(text.reason(reason))
    return {field: " ".join(reasons)[:LONGEST_ERROR] for field, reasons in told.items()}


def repeated(call: Call, viewer: str) -> Form:
    """Fill the form with a call's values; only who asked for it sees number and values in full."""
    own = call.shown_to(viewer)
    return Form(
        draft=Draft(
            number=call.number if own else masked(call.number),
            name=call.name,
            assistant_id=call.assistant_id,
            phone_number_id=call.phone_number_id,
            variables=variables.written(call.variables, hidden=not own),
            like=call.reference,
        ),
        channel=call.channel if call.channel[:1] in "CG" else "",
    )


def _field(
    name: str,
    text: Text,
    value: str,
    *,
    optional: bool = False,
    multiline: bool = False,
    focus: bool = False,
) -> InputBlock:
    element = PlainTextInputElement(
        action_id=name,
        initial_value=value[: LONGEST[name]] or None,
        max_length=LONGEST[name],
        multiline=multiline or None,
        focus_on_load=focus or None,
    )
    return _input(name, text, element, optional=optional)


def _input(
    name: str, text: Text, element: InputInteractiveElement, *, optional: bool
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=text(f"form.{name}"),
        hint=text(f"form.{name}_hint"),
        element=element,
        optional=optional,
    )


def _conversation(form: Form, text: Text) -> InputBlock:
    element = ConversationSelectElement(
        action_id="channel",
        placeholder=text("form.channel_placeholder"),
        initial_conversation=form.channel or None,
        default_to_current_conversation=(form.here and not form.channel) or None,
        filter=ConversationFilter(
            include=["public", "private", "mpim"],
            exclude_external_shared_channels=not form.shared,
        ),
    )
    return _input("channel", text, element, optional=True)


def _confirmation(live: Call, text: Text) -> tuple[Block, Block]:
    told = text.mrkdwn(
        "form.live",
        reference=live.reference,
        person=user(live.asked_by),
        when=date(live.placed_at),
    )
    yes = Option(label=text("form.confirm_option"), value=live.reference)
    return section(told), InputBlock(
        block_id="confirm",
        label=text("form.confirm"),
        element=CheckboxesElement(action_id="confirm", options=[yes]),
        optional=True,
    )
