"""The buttons of a call's message."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from calls.errors import TooLate
from calls.model import Call
from handlers import window
from handlers.desk import Visit
from views import answer, card, form
from views import details as details_view


async def cancel(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Cancel a call that is not dialled yet."""
    await ack()
    found = await _call(action, body, visit)
    if found is None:
        return
    try:
        await visit.desk.switchboard.cancel(found.reference, visit.team, visit.person)
    except TooLate:
        await _too_late("cancel.too_late", found.reference, visit)


async def look(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Ask AlloMia once more about a call that is unknown."""
    await ack()
    found = await _call(action, body, visit)
    if found is None:
        return
    try:
        await visit.desk.switchboard.look_again(found.reference, visit.team)
    except TooLate:
        await _too_late("look.idle", found.reference, visit)
    else:
        asked = answer.said(visit.text, "look.asked", reference=found.reference)
        await visit.tell(asked)


async def again(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Open the form filled in; nothing is dialled by this."""
    await ack()
    opened = await window.open_(visit, body["trigger_id"], form.loading(visit.text))
    if opened is None:
        return
    found = await _call(action, body, visit)
    if found:
        shown = form.repeated(found, visit.person).having(response_url=visit.response_url)
        await window.fill(visit, opened, form.render(shown, visit.text))


async def details(
    ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit
) -> None:
    """Show a call's ids and its time line."""
    await ack()
    opened = await window.open_(visit, body["trigger_id"], form.loading(visit.text))
    if opened is None:
        return
    found = await _call(action, body, visit)
    if found:
        events = await visit.desk.switchboard.history(found.reference)
        shown = details_view.render(found, events, visit.person, visit.text)
        await window.fill(visit, opened, shown)


async def _call(action: dict[str, Any], body: dict[str, Any], visit: Visit) -> Call | None:
    """Read the button's call, if its message stands in the call's own conversation."""
    reference = action.get("value") or ""
    found = await visit.desk.switchboard.call(reference, visit.team)
    if found and found.channel == (body.get("channel") or {}).get("id"):
        return found
    await visit.tell(answer.said(visit.text, "answer.no_such_call", reference=reference))
    return None


async def _too_late(key: str, reference: str, visit: Visit) -> None:
    found = await visit.desk.switchboard.call(reference, visit.team)
    if found:
        state = card.state(found, visit.text, "plain")
        await visit.tell(answer.said(visit.text, key, reference=reference, state=state))
