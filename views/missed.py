"""A scheduled call was not dialled at its hour: who asked for it is asked what now."""

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from calls.model import Call
from views import attempts, card
from views.mrkdwn import Mrkdwn, date, user
from views.text import Text

NOW = "call_now"


def said(call: Call, text: Text) -> Mrkdwn:
    """Tell which hour was missed, what kept the call, and whether somebody has answered."""
    asked = text.mrkdwn(
        "missed.asked" if call.attempt == 1 else "missed.asked_again",
        person=user(call.asked_by),
        name=card.callee(call),
        when=date(call.hour or call.due_at),
        **attempts.numbers(call),
    )
    parts = call.reason.parts if call.reason else ()
    before = attempts.before(call, text)
    told = [asked, *([before] if before else ()), *map(text.mrkdwn_reason, parts)]
    if call.done_by and call.done_at:
        person, done = user(call.done_by), date(call.done_at)
        told.append(text.mrkdwn("handing.done", person=person, when=done))
    return Mrkdwn(" ".join(told))


def buttons(call: Call, text: Text) -> ActionsBlock:
    """Offer to call now, or to choose another time in the form."""
    offered = {NOW: "missed.now", card.AGAIN: "missed.later"}
    return ActionsBlock(
        elements=[
            ButtonElement(text=text(key), action_id=action, value=call.reference)
            for action, key in offered.items()
        ]
    )
