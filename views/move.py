"""The window in which a scheduled call is given another hour."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import Block, DateTimePickerElement, InputBlock

from calls import spoken
from calls.errors import NotAllowed
from calls.model import Call
from calls.policy import Question, Unsettled
from calls.status import Status
from views import card, form, when
from views.filled import Filled
from views.message import section
from views.modal import modal
from views.mrkdwn import Mrkdwn
from views.text import Text

CALLBACK = "move"
HOUR = "hour"


def render(call: Call, text: Text, mine: str = "") -> dict[str, Any]:
    """Draw the window for a call, with its present hour; for one that waits no more, say so.

    ``mine`` is the time zone of who looks, as far as it is known.
    """
    if call.status is not Status.QUEUED:
        state = card.state(call, text, "plain")
        reference = call.reference
        return form.notice(text, "move.title", "move.too_late", reference=reference, state=state)
    told = [card.head(call, text), card.state(call, text)]
    if call.hour and call.zone and not when.same(call.hour, call.zone, mine):
        told.append(card.there(call.hour, call.zone, text))
    if call.zone:
        told.append(text.mrkdwn("move.zone", zone=spoken.place(call.zone, text.language)))
    blocks: list[Block] = [
        section(Mrkdwn("\n".join(told))),
        InputBlock(
            block_id=HOUR,
            label=text("move.hour"),
            hint=text("move.hint"),
            element=DateTimePickerElement(
                action_id=HOUR, initial_date_time=int((call.hour or call.due_at).timestamp())
            ),
        ),
    ]
    return modal(
        text,
        "move.title",
        blocks,
        close="move.close",
        submit="move.submit",
        callback=CALLBACK,
        keeps=call.reference,
    )


def read(view: Mapping[str, Any]) -> tuple[str, datetime | None]:
    """Return the reference of the call, and the hour that was chosen."""
    return view.get("private_metadata") or "", Filled(view).hour(HOUR)


def errors(fault: NotAllowed, text: Text) -> dict[str, str]:
    """Tell beside the field why the call may not be dialled then, and when it may."""
    question = fault.question if isinstance(fault, Unsettled) else Question()
    if question.next_hour is None:
        return {HOUR: " ".join(text.reason(reason) for reason in fault.reasons)}
    at = when.there(question.next_hour, question.zone, text)
    place = spoken.place(question.zone, text.language)
    return {HOUR: text("move.next", when=at, place=place)}


def missing(text: Text) -> dict[str, str]:
    """Ask for the hour."""
    return {HOUR: text("move.missing")}
