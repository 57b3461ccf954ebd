"""What may be placed: a draft is read into an order, or every reason against it is told at once."""

from datetime import datetime, timedelta

from calls import numbers, variables
from calls.errors import NotAllowed, Reason
from calls.model import Call, Draft, Frozen, Order
from calls.settings import UUID
from calls.words import clean

LONGEST_NAME = 100  # characters


class Reading(Frozen):
    """A draft as far as it could be read: ``order`` is there where no reason stands against it.

    ``number`` is the number to call in E.164, empty where the draft holds none; each reason names
    the field that it belongs beside.
    """

    number: str
    order: Order | None
    reasons: tuple[Reason, ...]


def read(draft: Draft, region: str, like: Call | None = None) -> Reading:
    """Read a draft; nothing that is wrong with it keeps the rest from being read.

    What the form showed masked of the call that it repeats (``like``) stands for what it hides;
    its values do so for its own number only, or a colleague could have them read out to anybody.
    """
    reasons: list[Reason] = []
    number = _number(draft, region, like, reasons)
    name = _name(draft.name, reasons)
    assistant = _uuid(draft.assistant_id, "assistant", reasons)
    caller = _uuid(draft.phone_number_id, "caller", reasons)
    values = _values(draft, like if like and like.number == number else None, reasons)
    order = Order(
        number=number,
        name=name,
        assistant_id=assistant,
        phone_number_id=caller,
        variables=values,
        told_by=like.told_by or like.asked_by if like and _hides(draft) else None,
    )
    return Reading(number=number, order=None if reasons else order, reasons=tuple(reasons))


def _hides(draft: Draft) -> bool:
    """Tell whether a draft still holds what its person was not shown."""
    return variables.HIDDEN in draft.number or variables.HIDDEN in draft.variables


def _number(draft: Draft, region: str, like: Call | None, reasons: list[Reason]) -> str:
    if like and draft.number.strip() == numbers.masked(like.number):
        return like.number
    try:
        return numbers.read(draft.number, region)
    except NotAllowed as fault:
        reasons.extend(fault.reasons)
        return ""


def _values(draft: Draft, like: Call | None, reasons: list[Reason]) -> dict[str, str]:
    try:
        return variables.read(draft.variables, like.variables if like else {})
    except NotAllowed as fault:
        reasons.extend(fault.reasons)
        return {}


def _name(text: str, reasons: list[Reason]) -> str:
    name = clean(text, LONGEST_NAME + 1)
    if len(name) > LONGEST_NAME:
        values = {"most": str(LONGEST_NAME)}
        reasons.append(Reason(key="refused.name.long", values=values, field="name"))
    return name


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


def given_up(call: Call) -> Call:
    """End a call that nobody will look after any more, as far as its end is known."""
    return expired(call).lost(Reason(key="unknown.gave_up"))
