"""What may be placed: a draft is read into an order, or every reason against it is told at once."""

from datetime import datetime, timedelta

from calls import numbers, variables
from calls.errors import NotAllowed, Reason
from calls.model import Call, Draft, Order
from calls.settings import UUID


def read(draft: Draft, region: str, like: Call | None = None) -> Order:
    """Read a draft; raise ``NotAllowed`` with all that is wrong, each reason naming its field.

    What the form showed masked of the call that it repeats (``like``) stands for what it hides.
    """
    reasons: list[Reason] = []
    number = _number(draft.number, region, like, reasons)
    assistant = _uuid(draft.assistant_id, "assistant", reasons)
    caller = _uuid(draft.phone_number_id, "caller", reasons)
    try:
        values = variables.read(draft.variables, like.variables if like else {})
    except NotAllowed as fault:
        reasons.extend(fault.reasons)
    if reasons:
        raise NotAllowed(reasons)
    return Order(
        number=number,
        name=" ".join(draft.name.split()),
        assistant_id=assistant,
        phone_number_id=caller,
        variables=values,
        confirmed=draft.confirmed,
    )


def _number(text: str, region: str, like: Call | None, reasons: list[Reason]) -> str:
    if like and text.strip() == numbers.masked(like.number):
        return like.number
    try:
        return numbers.read(text, region)
    except NotAllowed as fault:
        reasons.extend(fault.reasons)
        return ""


def _uuid(text: str, field: str, reasons: list[Reason]) -> str:
    text = text.strip()
    if not UUID.fullmatch(text):
        reasons.append(Reason(key=f"refused.{field}.{'uuid' if text else 'missing'}", field=field))
    return text


def taken(live: Call) -> Reason:
    """Explain that a call to the same number is under way and has to be confirmed."""
    values = {"reference": live.reference, "person": live.asked_by}
    return Reason(key="refused.number.live", values=values, field="number")


def too_late(call: Call, now: datetime, dial_within: float) -> bool:
    """Tell whether the call's hour is so long past (seconds) that dialling would surprise."""
    return now > call.due_at + timedelta(seconds=dial_within)
