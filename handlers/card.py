"""The buttons of a call's message."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import clock, policy
from calls.errors import DatabaseAway, NotAllowed, TooLate
from calls.model import Call
from calls.status import Status
from handlers import offer, window
from handlers.desk import AT_ONCE, Visit
from handlers.window import View
from views import answer, card, form, refusal, repeated
from views import details as details_view

log = logging.getLogger(__name__)

Drawn = Callable[[Call, Visit], Awaitable[View]]
"""Draw a call into a window, for the person who looks."""


def register(app: AsyncApp) -> None:
    """Register the buttons of a call's message."""
    app.action(card.CANCEL)(cancel)
    app.action(card.STOP)(stop)
    app.action(card.NOW)(now)
    app.action(card.AGAIN)(again)
    app.action(card.LOOK)(look)
    app.action(card.DETAILS)(details)


async def cancel(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Cancel a call that is not dialled yet."""
    await ack()
    visit, found = await pressed(action, body, visit)
    if found is None:
        return
    try:
        await visit.desk.switchboard.cancel(found.reference, visit.team, visit.person, visit.place)
    except TooLate:
        await too_late("cancel.too_late", found.reference, visit)
    except DatabaseAway:  # what was asked for may yet be noted
        log.warning("A call may or may not have been cancelled", extra={"call": found.reference})
        doubt = answer.said(visit.text, "cancel.in_doubt", reference=found.reference)
        await visit.tell(doubt)


async def stop(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Make no further attempt to reach somebody."""
    await ack()
    visit, found = await pressed(action, body, visit)
    if found is None:
        return
    repeating = visit.desk.switchboard.repeating
    try:
        after = await repeating.stop(found.reference, visit.team, visit.person, visit.place)
    except TooLate:
        await too_late("again.none_to_stop", found.reference, visit)
    except DatabaseAway:
        log.warning("Attempts may or may not have been stopped", extra={"call": found.reference})
        await visit.tell(answer.said(visit.text, "again.in_doubt", reference=found.reference))
    else:
        if after.status.live:
            await visit.tell(answer.said(visit.text, "again.last", reference=after.reference))


async def now(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Make a further attempt at once that waits."""
    await ack()
    visit, found = await pressed(action, body, visit)
    if found is None:
        return
    try:
        await visit.let_in()
        repeating = visit.desk.switchboard.repeating
        await repeating.now(found.reference, visit.team, visit.person, visit.place)
    except NotAllowed as fault:
        await visit.tell(answer.refused(fault.reasons, visit.text, "refused_press"))
    except TooLate:
        await too_late("again.none_waits", found.reference, visit)
    except DatabaseAway:
        log.warning("An attempt may or may not be made at once", extra={"call": found.reference})
        await visit.tell(answer.said(visit.text, "again.in_doubt", reference=found.reference))


async def look(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Ask AlloMia once more about a call that is unknown."""
    await ack()
    visit, found = await pressed(action, body, visit)
    if found is None:
        return
    try:
        await visit.desk.switchboard.look_again(found.reference, visit.team)
    except TooLate:
        await too_late("look.idle", found.reference, visit)
    else:
        asked = answer.said(visit.text, "look.asked", reference=found.reference)
        await visit.tell(asked)


async def again(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Open the form filled in; nothing is dialled by this."""
    await ack()

    async def drawn(call: Call, visit: Visit) -> View:
        if visit.barred():
            return refusal.render([policy.not_let_in(visit.rules)], visit.text)
        shown = repeated.form(call, visit.person).having(response_url=visit.response_url)
        return offer.drawn(visit, shown, await offer.newest(visit, shown))

    await show(drawn, action, body, visit)


async def details(
    ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit
) -> None:
    """Show a call's ids and its time line."""
    await ack()

    async def drawn(call: Call, visit: Visit) -> View:
        events = await visit.desk.switchboard.history(call.reference)
        known = offer.directory(visit)
        seen = clock.now() if visit.desk.call_log else None
        named = await visit.named(call)
        return details_view.render(named, events, visit.person, visit.text, known, seen=seen)

    await show(drawn, action, body, visit)


async def show(drawn: Drawn, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Open a window at once, and fill it with what the database knows."""

    async def its(visit: Visit) -> View:
        try:
            call = await its_call(action, body, visit)
            if call is None:
                return _notice(visit, "form.gone", **_named(action))
            return await drawn(call, visit)
        except DatabaseAway:
            log.warning("The database did not tell about a call")
            return _notice(visit, "not_noted.reading")

    await window.show(window.open_, body, visit, its)


def _notice(visit: Visit, told: str, **values: str) -> View:
    return form.notice(visit.text, "form.loading_title", told, **values)


def _named(action: dict[str, Any]) -> dict[str, str]:
    return {"reference": action.get("value") or ""}


async def pressed(
    action: dict[str, Any], body: dict[str, Any], visit: Visit
) -> tuple[Visit, Call | None]:
    """Return the visit in the person's language, and the button's call."""
    visit = await visit.in_their_language(within=AT_ONCE)
    found = await its_call(action, body, visit)
    if found is None:
        await visit.tell(answer.said(visit.text, "answer.no_such_call", **_named(action)))
    return visit, found


async def its_call(action: dict[str, Any], body: dict[str, Any], visit: Visit) -> Call | None:
    """Read the button's call, if its message stands in the call's own conversation.

    A message shows the last attempt: what is pressed on an older one is meant for that.

    On Home, where no conversation is, a person has the calls that they may see there.
    """
    found = await visit.desk.switchboard.call(action.get("value") or "", visit.team)
    place = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id")
    at_home = (body.get("view") or {}).get("type") == "home"
    # Until it is noted where the message is, a direct message goes by its person's id.
    if found and (
        found.channel in {place, visit.person} or (at_home and await _sees(found, visit))
    ):
        return await visit.desk.switchboard.repeating.newest(found)
    return None


async def _sees(found: Call, visit: Visit) -> bool:
    return await visit.desk.homes.memberships.sees((visit.team, visit.person), found)


async def too_late(key: str, reference: str, visit: Visit) -> None:
    """Tell that it is too late for what was asked, unless the call is cancelled anyway."""
    found = await visit.desk.switchboard.call(reference, visit.team)
    if found and found.status is not Status.CANCELLED:  # a second click is no mistake
        state = card.state(found, visit.text, "plain")
        await visit.tell(answer.said(visit.text, key, reference=reference, state=state))
