"""What was typed: a draft is read into an order, or every fault of it is told at once."""

from datetime import date, datetime

from calls import chain, clock, local_time, numbers, typed, variables, zones
from calls.directory import Assistant, Directory
from calls.errors import NotAllowed, Reason
from calls.frozen import Frozen
from calls.model import Call
from calls.order import Draft, Order
from calls.settings import UUID
from calls.words import clean

LONGEST_NAME = 100  # characters


class Reading(Frozen):
    """A draft as far as it could be read; each reason names the field that it belongs beside.

    ``order.number`` is empty where the draft holds no number that can be called.
    """

    order: Order
    reasons: tuple[Reason, ...]


def read(
    draft: Draft,
    region: str,
    like: Call | None = None,
    directory: Directory | None = None,
    now: datetime | None = None,
) -> Reading:
    """Read a draft; nothing that is wrong with it keeps the rest from being read.

    With a ``directory`` only its assistants and caller IDs can be chosen.

    What the form showed masked of the call that it repeats (``like``) stands for what it hides;
    its values do so for its own number only, or a colleague could have them read out to anybody.
    """
    reasons: list[Reason] = []
    now = now or clock.now()
    number = _number(draft, region, like, reasons)
    name = _name(draft.name, reasons)
    chosen = _assistant(draft, directory, reasons)
    caller = _caller(draft, directory, reasons)
    own = like if like and like.number == number else None
    values = _values(draft, own, chosen, now.date(), reasons)
    zone = _zone(draft.zone, reasons)
    order = Order(
        number=number,
        name=name,
        assistant_id=chosen.uuid,
        assistant_name=chosen.name,
        phone_number_id=caller,
        variables=values.told,
        typed=values.typed,
        told_by=like.told_by or like.asked_by if like and _hides(draft) else None,
        zone=zone,
        hour=draft.hour or _hour(draft, number, zone, now, reasons),
        again=chain.read(draft.again) if draft.again else chosen.again,
    )
    return Reading(order=order, reasons=tuple(reasons))


def _hides(draft: Draft) -> bool:
    """Tell whether a draft still holds what its person was not shown."""
    shown = (draft.number, draft.variables, *draft.values.values())
    return any(variables.HIDDEN in words for words in shown)


def _number(draft: Draft, region: str, like: Call | None, reasons: list[Reason]) -> str:
    if like and draft.number.strip() == numbers.masked(like.number):
        return like.number
    try:
        return numbers.read(draft.number, region)
    except NotAllowed as fault:
        reasons.extend(fault.reasons)
        return ""


def _assistant(draft: Draft, directory: Directory | None, reasons: list[Reason]) -> Assistant:
    if directory is None or directory.is_empty:
        return Assistant(uuid=_uuid(draft.assistant_id, "assistant", reasons), name="")
    found = directory.assistant(draft.assistant_id.strip())
    if found and not found.archived:
        return found
    why = "archived" if found else "unchosen"
    reasons.append(Reason(key=f"refused.assistant.{why}", field="assistant"))
    return Assistant(uuid="", name="")


def _caller(draft: Draft, directory: Directory | None, reasons: list[Reason]) -> str:
    if directory is None or not directory.open_caller_ids:
        return _uuid(draft.phone_number_id, "caller", reasons)
    found = directory.caller_id(draft.phone_number_id.strip())
    if found and not found.archived:
        return found.uuid
    why = "archived" if found else "unchosen"
    reasons.append(Reason(key=f"refused.caller.{why}", field="caller"))
    return ""


def _values(
    draft: Draft, like: Call | None, assistant: Assistant, today: date, reasons: list[Reason]
) -> typed.Values:
    """Read the values that the assistant needs, and the free ones, which the command has alone."""
    try:
        free = variables.read(draft.variables, like.variables if like else {})
    except NotAllowed as fault:
        free = {}
        reasons.extend(fault.reasons)
    own = {key: value for key, value in free.items() if assistant.variable(key)}
    reasons.extend(_of_variables("typed", words=key) for key in own if key in draft.values)
    found = typed.read(assistant, own | draft.values, like, today, reasons)
    told = found.told | {key: value for key, value in free.items() if key not in own}
    if len(variables.written(told)) > variables.LONGEST >= len(variables.written(free)):
        reasons.append(_of_variables("all_long", most=str(variables.LONGEST)))
    return found._replace(told=told)


def _of_variables(why: str, **values: str) -> Reason:
    return Reason(key=f"refused.variables.{why}", values=values, field="variables")


def _zone(chosen: str, reasons: list[Reason]) -> str | None:
    if chosen and not zones.known(chosen):
        reasons.append(Reason(key="refused.zone.unknown", field="zone"))
    return chosen or None


def _hour(
    draft: Draft, number: str, chosen: str | None, now: datetime, reasons: list[Reason]
) -> datetime | None:
    """Read when to dial; where the person called is, is asked only for a number that is one."""
    there = (zones.only(number, now) if number else None) or chosen
    try:
        return local_time.hour(draft.when, there, now)
    except NotAllowed as fault:
        reasons.extend(one for one in fault.reasons if number or one.field != "zone")
        return None


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
