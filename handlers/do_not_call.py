"""``/call dnc``: anybody may add a number and look one up, an administrator removes it."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import numbers
from calls.clock import now
from calls.do_not_call import LONGEST_REASON, Entry, reason
from calls.errors import NotAllowed, Reason, TooLate
from handlers.desk import AT_ONCE, Visit
from handlers.grammar import Typed, Verb
from views import answer, do_not_call
from views.message import Message


def register(app: AsyncApp) -> None:
    """Register the button of the answer."""
    app.action(do_not_call.UNDO)(undo)


async def asked(typed: Typed, visit: Visit) -> None:
    """Answer for the eyes of who typed it, after the command was acknowledged."""
    visit = await visit.in_their_language(within=AT_ONCE)
    try:
        await visit.tell(await ANSWERS[typed.verb](typed, visit))
    except NotAllowed as fault:
        await visit.tell(do_not_call.refused(fault.reasons[0], visit.text))


async def _explained(typed: Typed, visit: Visit) -> Message:
    return do_not_call.usage(visit.text, typed.rest, administers=await visit.administers())


async def _added(typed: Typed, visit: Visit) -> Message:
    entry = Entry(
        number=_number(typed, visit),
        reason=_reason(typed),
        added_by=visit.person,
        added_at=now(),
    )
    found = await visit.desk.switchboard.do_not_call.add(
        visit.team, [entry], visit.person, visit.place
    )
    return do_not_call.added(found, visit.text)


async def _checked(typed: Typed, visit: Visit) -> Message:
    number = _number(typed, visit)
    entry = await visit.desk.switchboard.do_not_call.entry(visit.team, number)
    return do_not_call.checked(number, entry, visit.text)


async def _removed(typed: Typed, visit: Visit) -> Message:
    if not await visit.administers():
        raise NotAllowed([Reason(key="do_not_call.administrators")])
    number, why = _number(typed, visit), _reason(typed)
    if not why:
        raise NotAllowed([Reason(key="do_not_call.no_reason", values={"number": number})])
    board = visit.desk.switchboard.do_not_call
    if await board.remove(visit.team, number, visit.person, why, visit.place) is None:
        return do_not_call.checked(number, None, visit.text)
    spaced = numbers.spaced(number)
    return answer.said(visit.text, "do_not_call.said.removed", number=spaced)


ANSWERS: dict[Verb, Callable[[Typed, Visit], Awaitable[Message]]] = {
    Verb.DNC: _explained,
    Verb.DNC_ADD: _added,
    Verb.DNC_CHECK: _checked,
    Verb.DNC_REMOVE: _removed,
}


def _number(typed: Typed, visit: Visit) -> str:
    if not any(mark.isdigit() for mark in typed.draft.number):
        raise NotAllowed([Reason(key="do_not_call.no_number")])
    return numbers.read(typed.draft.number, visit.desk.settings.default_region)


def _reason(typed: Typed) -> str:
    found = reason(typed.rest)
    if len(found) > LONGEST_REASON:
        raise NotAllowed(
            [Reason(key="do_not_call.line.long", values={"most": str(LONGEST_REASON)})]
        )
    return found


async def undo(ack: AsyncAck, action: dict[str, Any], visit: Visit) -> None:
    """Take back what the person has just added."""
    await ack()
    visit = await visit.in_their_language(within=AT_ONCE)
    number = action.get("value") or ""
    key = "do_not_call.said.undone"
    try:
        await visit.desk.switchboard.do_not_call.undo(visit.team, number, visit.person, visit.place)
    except TooLate:
        key = "do_not_call.too_late"
    await visit.tell(answer.said(visit.text, key, number=numbers.spaced(number)))
