"""*Show number*: a call's number, for the eyes of one person who may see it."""

from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block

from calls import numbers
from calls.model import Call
from views import card
from views.message import Message, note, section
from views.modal import modal
from views.mrkdwn import Mrkdwn, user
from views.text import Text


def buttons(call: Call, text: Text) -> list[Block]:
    """Draw the button, where there is a number that somebody might ask for."""
    if not call.number_to_show:
        return []
    return [ActionsBlock(elements=[card.button(card.NUMBER, call, text)])]


def shown(call: Call, text: Text) -> Mrkdwn:
    """Tell the number."""
    key = "number.shown" if call.name else "number.shown_nameless"
    number = numbers.spaced(call.number)
    return text.mrkdwn(key, name=call.name, number=number, reference=call.reference)


def refused(call: Call, text: Text) -> Mrkdwn:
    """Tell who may see the number, and so whom to ask."""
    if call.erased_at:
        return text.mrkdwn("number.erased", reference=call.reference)
    if call.trial:
        return text.mrkdwn("number.own", person=user(call.asked_by))
    person = user(call.told_by or call.asked_by)
    return text.mrkdwn("number.refused", person=person, reference=call.reference)


def whispered(told: Mrkdwn) -> Message:
    """Draw it for who has pressed the button on a call's message."""
    return note(told)


def window(told: Mrkdwn, text: Text) -> dict[str, Any]:
    """Draw it where no message is: at Home, and above *Details*."""
    return modal(text, "number.title", [section(told)], close="details.close")
