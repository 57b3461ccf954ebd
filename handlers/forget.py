"""``/call forget``: an administrator has erased at once what is known of a number."""

import asyncio
import logging
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import drafts, numbers
from calls.erased import Found
from calls.erasing import to_forget
from calls.errors import DatabaseAway, NotAllowed
from handlers import window
from handlers.delivery import Later, Never
from handlers.desk import AT_ONCE, Visit
from handlers.grammar import Typed
from handlers.messages import Posted
from handlers.window import View
from views import forget as face
from views.message import Message

log = logging.getLogger(__name__)

LOOKS, BETWEEN_LOOKS = 40, 0.2  # seconds for Slack to take what is to be edited


def register(app: AsyncApp) -> None:
    """Register the button that erases."""
    app.action(face.ERASE)(erase)


async def asked(typed: Typed, command: dict[str, Any], visit: Visit) -> None:
    """Tell what is known of a number, and ask; nothing is erased by this."""
    await window.show(window.open_, command, visit, partial(_asked, typed))


async def _asked(typed: Typed, visit: Visit) -> View:
    try:
        return await _known(typed, visit)
    except NotAllowed as fault:
        return face.refused(fault.reasons, visit.text)
    except DatabaseAway:
        log.warning("The database did not tell about a number")
        return face.said("not_noted.reading", visit.text)


async def _known(typed: Typed, visit: Visit) -> View:
    if not await visit.administers():
        return face.said("administration.refused", visit.text)
    if not any(mark.isdigit() for mark in typed.draft.number):
        return face.said("forget.fault.usage", visit.text)
    board, region = visit.desk.switchboard, visit.desk.settings.default_region
    number = numbers.read(typed.draft.number, region)
    found = await board.erasing.found(visit.team, number)
    if found.nothing:
        return face.said("forget.nothing", visit.text, number=numbers.spaced(number))
    # Slack keeps what a window holds: the number waits here.
    kept = drafts.fresh()
    await board.drafts.keep(kept, visit.team, visit.person, to_forget(number))
    return face.asked(found, kept, visit.text)


async def erase(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Erase it, once, and tell in the window and in the person's direct message what came of it."""
    await ack()
    visit = await visit.in_their_language(within=AT_ONCE)
    shown = {"id": (body.get("view") or {}).get("id")}
    await window.fill(visit, shown, await _erased(str(action.get("value") or ""), shown, visit))


async def _erased(kept: str, shown: View, visit: Visit) -> View:
    board, text = visit.desk.switchboard, visit.text
    if not await visit.administers():
        return face.said("administration.refused", text)
    try:
        filled = await board.drafts.take(kept, visit.team, visit.person)
        if filled is None:
            return face.said("forget.fault.over", text)
        found = await board.erasing.found(visit.team, filled.draft.number)
    except DatabaseAway:
        return face.said("not_noted.reading", text)
    try:
        at = [await visit.desk.messages.post(one, visit.person) for one in face.begun(found, text)]
    except (Later, Never):
        log.warning("Slack did not take AlloMia's ids of a number that was to be forgotten")
        return face.said("forget.fault.unsent", text)
    try:
        found, left = await _forgotten(found, shown, visit)
    except DatabaseAway:
        log.warning("A number may or may not have been forgotten")
        await _told(face.unsure(found, text), at[0], visit)
        return face.said("forget.fault.unsure", text)
    await _told(face.report(found, left, text), at[0], visit)
    return face.done(found, left, text)


async def _forgotten(found: Found, shown: View, visit: Visit) -> tuple[Found, int]:
    """Erase it; return what it was, and of how many calls Slack still shows anything later."""
    erasing = visit.desk.switchboard.erasing

    async def so_far(done: int) -> None:
        await window.fill(visit, shown, face.working(found, done, visit.text))

    found = await erasing.forget(visit.team, found, visit.person, so_far, visit.place)
    left = 0
    for _ in range(LOOKS):
        left = await erasing.to_edit(found.references)
        if not left:
            break
        await asyncio.sleep(BETWEEN_LOOKS)
    return found, left


async def _told(report: Message, at: Posted, visit: Visit) -> None:
    try:
        await visit.desk.messages.edit(report, at.channel, at.ts)
    except (Later, Never):
        log.warning("An answer did not reach its person", extra={"person": visit.person})
