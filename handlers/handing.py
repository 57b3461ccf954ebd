"""What people do about a call that needs them: assign, finish, reopen, note, bar its number."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls.errors import DatabaseAway, NotAllowed, TooLate
from calls.model import Call
from calls.page import Changed
from handlers import card
from handlers.desk import Visit
from views import answer, form, handing, handing_windows
from views import card as card_face

log = logging.getLogger(__name__)

Doing = Callable[[Call, Visit], Awaitable[Changed]]


def register(app: AsyncApp) -> None:
    """Register the buttons and the menu of a call's message, and their windows."""
    app.action(card_face.DONE)(done)
    app.action(card_face.REOPEN)(reopen)
    app.action(card_face.NEVER)(never)
    app.action(handing.MENU)(menu)
    app.view(handing.ASSIGN)(assigned)
    app.view(handing.NOTE)(noted)


async def done(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Note that what a call left to do is done."""
    await ack()
    board = visit.desk.switchboard.handing
    await _do(
        lambda c, v: board.finish(c.reference, v.team, v.person, v.place), action, body, visit
    )


async def reopen(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Take that back."""
    await ack()
    board = visit.desk.switchboard.handing
    await _do(
        lambda c, v: board.reopen(c.reference, v.team, v.person, v.place), action, body, visit
    )


async def never(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Put the number on the do-not-call list, as somebody has confirmed."""
    await ack()
    board = visit.desk.switchboard.handing
    await _do(lambda c, v: board.bar(c, v.person, v.place), action, body, visit)


async def _do(doing: Doing, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    visit, found = await card.pressed(action, body, visit)
    if found is None:
        return
    try:
        await doing(found, visit)
    except TooLate:
        await card.too_late("handing.too_late", found.reference, visit)
    except DatabaseAway:
        log.warning("What was done about a call may not be noted", extra={"call": found.reference})
        await visit.tell(answer.said(visit.text, "handing.unnoted"))


async def menu(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Do what was chosen in the menu of a call's message."""
    chosen = (action.get("selected_option") or {}).get("value") or ""
    name, _, reference = chosen.partition(" ")
    listener = assign if name == handing.ASSIGN else note
    await listener(ack, {**action, "value": reference}, body, visit)


async def assign(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Ask who sees to a call."""
    await ack()

    async def drawn(call: Call, visit: Visit) -> dict[str, Any]:
        return handing_windows.choosing(await visit.named(call), visit.text)

    await card.show(drawn, action, body, visit)


async def note(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Ask for a note."""
    await ack()

    async def drawn(call: Call, visit: Visit) -> dict[str, Any]:
        return handing_windows.writing(await visit.named(call), visit.text)

    await card.show(drawn, action, body, visit)


async def assigned(ack: AsyncAck, view: dict[str, Any], visit: Visit) -> None:
    """Note who sees to a call, then acknowledge; a job tells them."""
    reference, to = handing_windows.chosen(view)
    if not to:  # Slack sends no window without it
        await ack()
        return
    board = visit.desk.switchboard.handing
    assigning = board.assign(reference, visit.team, to, visit.person, visit.place)
    await _submitted(ack, assigning, visit)


async def noted(ack: AsyncAck, view: dict[str, Any], visit: Visit) -> None:
    """Add a note, then acknowledge."""
    reference, text = handing_windows.wrote(view)
    if not text:
        missing = handing_windows.missing(visit.text)
        await ack(response_action="errors", errors=missing)
        return
    board = visit.desk.switchboard.handing
    noting = board.note(reference, visit.team, text, visit.person, visit.place)
    await _submitted(ack, noting, visit)


async def _submitted(ack: AsyncAck, writing: Awaitable[Changed], visit: Visit) -> None:
    text = visit.text
    try:
        await writing
    except NotAllowed as fault:
        told = {reason.field or "": text.reason(reason) for reason in fault.reasons}
        await ack(response_action="errors", errors=told)
    except TooLate:
        notice = form.notice(text, "form.loading_title", "handing.gone")
        await ack(response_action="update", view=notice)
    except DatabaseAway:
        notice = form.notice(text, "not_noted.title", "handing.unnoted")
        await ack(response_action="push", view=notice)
    else:
        await ack()
