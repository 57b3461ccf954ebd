"""What is told of all dialling being stopped and resumed."""

from datetime import datetime

from calls import policy
from calls.model import Call
from calls.rules import Stop
from views.message import Message, note
from views.mrkdwn import Mrkdwn, date, user
from views.text import Text


def done(stop: Stop, late: int, dial_within: float, text: Text) -> Message:
    """Confirm that all dialling is stopped; ``late`` calls may still go out."""
    told = text.mrkdwn(
        "stop.done", person=user(stop.by), when=date(stop.at), time=text.duration(dial_within)
    )
    if not late:
        return note(told)
    still = text.mrkdwn("stop.late", number=str(late))
    return note(Mrkdwn(f"{told}\n{still}"))


def waits(call: Call) -> bool:
    """Tell whether a call waits until dialling is resumed."""
    return call.reason is not None and call.reason.key == policy.STOPPED


def placed(call: Call, until: datetime) -> dict[str, str]:
    """Return what ``stop.placed`` says of a call that was placed meanwhile."""
    by = call.reason.values["person"] if call.reason else ""
    when = date(until, "{time}")
    return {"reference": call.reference, "person": user(by), "when": when}
