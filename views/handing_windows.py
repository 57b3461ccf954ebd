"""The windows in which a call is handed over, and what who sees to it from then on is told."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    InputInteractiveElement,
    PlainTextInputElement,
    UserSelectElement,
)

from calls import hand_over
from calls.event import Event
from calls.model import Call
from views import card, form, handing
from views.filled import Filled
from views.handing import ASSIGN, NOTE
from views.message import Mark, Message, note, section
from views.modal import modal
from views.mrkdwn import Mrkdwn, user
from views.text import Text

WHO = "who"


def told(call: Call, event: Event, link: str | None, text: Text) -> Message:
    """Tell somebody that a call is theirs now, without a word of who was called."""
    reference = Mrkdwn(f"<{link}|{call.reference}>") if link else call.reference
    state = card.state(call, text)
    by = user(event.by or "")
    words = text.mrkdwn("handing.yours", person=by, reference=reference, state=state)
    mark = Mark(reference=call.reference, part=f"assigned {event.at.timestamp():.6f}")
    return note(words).having(mark=mark)


def choosing(call: Call, text: Text) -> dict[str, Any]:
    """Draw the window in which somebody is chosen who sees to a call."""
    element = UserSelectElement(action_id=WHO, initial_user=call.assigned_to)
    return _window(ASSIGN, WHO, element, call, text)


def writing(call: Call, text: Text) -> dict[str, Any]:
    """Draw the window in which a note is written."""
    element = PlainTextInputElement(action_id=NOTE, multiline=True, max_length=hand_over.LONGEST)
    return _window(NOTE, NOTE, element, call, text)


def _window(
    name: str, field: str, element: InputInteractiveElement, call: Call, text: Text
) -> dict[str, Any]:
    if not hand_over.needs_somebody(call):
        return form.notice(
            text,
            f"handing.title_{name}",
            "handing.too_late",
            reference=call.reference,
            state=card.state(call, text, "plain"),
        )
    told = handing.standing(call, card.callee(call), text) + handing.notes(call.notes, text)
    head = Mrkdwn("\n".join([card.head(call, text), card.state(call, text)]))
    blocks: list[Block] = [
        section(head),
        *map(section, told),
        InputBlock(
            block_id=field,
            label=text(f"handing.field_{name}"),
            hint=text(f"handing.hint_{name}"),
            element=element,
        ),
    ]
    return modal(
        text,
        f"handing.title_{name}",
        blocks,
        close="handing.close",
        submit=f"handing.submit_{name}",
        callback=name,
        keeps=call.reference,
    )


def chosen(view: Mapping[str, Any]) -> tuple[str, str]:
    """Return the reference of a call, and who was chosen."""
    return view.get("private_metadata") or "", Filled(view).person(WHO)


def wrote(view: Mapping[str, Any]) -> tuple[str, str]:
    """Return the reference of a call, and what was written."""
    return view.get("private_metadata") or "", hand_over.written(Filled(view).words(NOTE))


def missing(text: Text) -> dict[str, str]:
    """Ask for a note that says something."""
    return {NOTE: text("handing.missing")}
