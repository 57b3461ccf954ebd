"""*Show number*: a call's number is shown to who may see it, once that is noted."""

import logging
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls.audit import Action, Deed
from calls.errors import DatabaseAway
from calls.model import Call
from handlers import card, window
from handlers.desk import ASKED_WITHIN, AT_ONCE, Visit
from handlers.window import View
from views import answer
from views import card as card_face
from views import number as face
from views.mrkdwn import Mrkdwn

log = logging.getLogger(__name__)


def register(app: AsyncApp) -> None:
    """Register the button."""
    app.action(card_face.NUMBER)(show)


async def show(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Show a number to one person: beside the call's message, else in a window."""
    await ack()
    view = body.get("view")
    if view is None:
        visit = await visit.in_their_language(within=AT_ONCE)
        await _whisper(await _told(action, body, visit), visit)
        return

    async def drawn(visit: Visit) -> View:
        return face.window(await _told(action, body, visit), visit.text)

    how = window.open_ if view.get("type") == "home" else window.push
    await window.show(how, body, visit, drawn)


async def _whisper(told: Mrkdwn, visit: Visit) -> None:
    """Answer beside the message; a number never stands in a direct message, which stays."""
    url = visit.response_url
    if not url or not await visit.desk.messages.whisper(
        face.whispered(told), url, thread=visit.thread
    ):
        await visit.tell(answer.said(visit.text, "number.unshown"))


async def _told(action: dict[str, Any], body: dict[str, Any], visit: Visit) -> Mrkdwn:
    try:
        call = await _call(action, body, visit)
        if call is None:
            reference = str(action.get("value") or "")
            return visit.text.mrkdwn("answer.no_such_call", reference=reference)
        return await _noted(call, visit)
    except DatabaseAway:
        log.warning("A number was not shown: the database did not note it")
        return visit.text.mrkdwn("number.unnoted")


async def _call(action: dict[str, Any], body: dict[str, Any], visit: Visit) -> Call | None:
    """Return the button's call; in a window, that of which it shows the details."""
    view = body.get("view") or {}
    if view.get("type") != "modal":
        return await card.its_call(action, body, visit)
    if view.get("private_metadata") != action.get("value"):
        return None
    return await visit.desk.switchboard.call(str(action.get("value")), visit.team)


async def _noted(call: Call, visit: Visit) -> Mrkdwn:
    """Note first what is shown, or that it was refused."""
    allowed = call.erased_at is None and await _may(call, visit)
    action = Action.REVEALED if allowed else Action.REVEAL_REFUSED
    deed = Deed(action=action, by=visit.person, place=visit.place)
    switchboard = visit.desk.switchboard
    async with switchboard.database.in_time():
        await switchboard.trail.note_of(call, deed)
    if not allowed:
        return face.refused(call, visit.text)
    return face.shown(await visit.named(call), visit.text)


async def _may(call: Call, visit: Visit) -> bool:
    """Tell whether the rules let a person see a number; a trial call's is its asker's own."""
    if call.trial or call.number_known_to(visit.person):
        return call.number_known_to(visit.person)
    if await visit.administers(ASKED_WITHIN):  # reads the newest rules too
        return True
    rules = visit.rules
    if visit.person in rules.numbers:
        return True
    channels, standings = rules.number_channels, visit.desk.standings
    return await standings.in_any(visit.team, visit.person, channels, ASKED_WITHIN)
