"""What may be placed: a draft is read into an order, or every reason against it is told at once."""

from datetime import datetime, timedelta

from calls import numbers, variables
from calls.errors import NotAllowed, Reason
from calls.model import Call, Draft, Order
from calls.settings import UUID
from calls.words import clean

LONGEST_NAME = 100  # characters


def read(draft: Draft, region: str, like: Call | None = None) -> Order:
    """Read a draft; raise ``NotAllowed`` with all that is wrong, each reason naming its field.

    What the form showed masked of the call that it repeats (``like``) stands for what it hides;
    its values do so for its own number only, or a colleague could have them read out to anybody.
    """
    reasons: list[Reason] = []
    dialled = ""
    try:
        dialled = number(draft, region, like)
    except NotAllowed as fault:
        reasons.extend(fault.reasons)
    assistant = _uuid(draft.assistant_id, "assistant", reasons)
    caller = _uuid(draft.phone_number_id, "caller", reasons)
    try:
        hidden = like.variables if like and like.number == dialled else {}
        values = variables.read(draft.variables, hidden)
    except NotAllowed as fault:
        reasons.extend(fault.reasons)
    if reasons:
        raise NotAllowed(reasons)
    return Order(
        number=dialled,
        name=clean(draft.name, LONGEST_NAME),
        assistant_id=assistant,
        phone_number_id=caller,
        variables=values,
        told_by=like.told_by or like.asked_by if like and _hides(draft) else None,
    )


def _hides(draft: Draft) -> bool:
    """Tell whether a draft still holds what its person was not shown."""
    return variables.HIDDEN in draft.number or variables.HIDDEN in draft.variables


def number(draft: Draft, region: str, like: Call | None = None) -> str:
    """Read the draft's number alone, as E.164; raise ``NotAllowed`` where it is none."""
    if like and draft.number.strip() == numbers.masked(like.number):
        return like.number
    return numbers.read(draft.number, region)


def _uuid(text: str, field: str, reasons: list[Reason]) -> str:
    text = text.strip()
    if not UUID.fullmatch(text):
        reasons.append(Reason(key=f"refused.{field}.{'uuid' if text else 'missing'}", field=field))
    return text


class Taken(NotAllowed):
    """A call to the same number is under way, and the person has not confirmed a second one."""

    def __init__(self, live: Call) -> None:
        values = {"reference": live.reference}
        super().__init__([Reason(key="refused.number.live", values=values, field="number")])
        self.live = live


def last_instant(call: Call, dial_within: float) -> datetime:
    """Tell until when the call may be dialled: so many seconds after its hour."""
    return call.due_at + timedelta(seconds=dial_within)


def expired(call: Call) -> Call:
    """Cancel a call whose last instant has passed, with what kept it from being dialled."""
    parts = (call.reason,) if call.reason else ()
    return call.cancelled(Reason(key="cancelled.late", parts=parts))
