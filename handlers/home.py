"""App Home, the call desk; and the shortcut that stands beside every message box."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls.errors import DatabaseAway
from calls.roll import Viewer
from calls.sheet import Choice, Shown
from handlers import card, form, handing, move, number, window
from handlers.desk import Visit
from views import card as card_face
from views import handing as handing_face
from views import home as face
from views import roll

log = logging.getLogger(__name__)

SHORTCUT = "place_call"

Listener = Callable[[AsyncAck, dict[str, Any], dict[str, Any], Visit], Awaitable[None]]

OF_A_CALL: dict[str, Listener] = {
    card_face.CANCEL: card.cancel,
    card_face.STOP: card.stop,
    card_face.NOW: card.now,
    card_face.MOVE: move.asked,
    card_face.AGAIN: card.again,
    card_face.LOOK: card.look,
    card_face.DETAILS: card.details,
    card_face.NUMBER: number.show,
    card_face.DONE: handing.done,
    card_face.REOPEN: handing.reopen,
    handing_face.ASSIGN: handing.assign,
    handing_face.NOTE: handing.note,
}
AT_ONCE = {
    card_face.CANCEL,
    card_face.STOP,
    card_face.NOW,
    card_face.DONE,
    card_face.REOPEN,
}
"""What is done by the choice itself: Home shows it at once."""


def register(app: AsyncApp) -> None:
    """Register what people do in Home, and the shortcut."""
    app.shortcut(SHORTCUT)(new)
    app.event("app_home_opened")(opened)
    app.action(face.NEW)(new)
    app.action(face.REFRESH)(refresh)
    app.action(face.CHOICE)(choose)
    app.action(face.CHANNEL)(choose_channel)
    for turned in (face.NEWER, face.OLDER):
        app.action(turned)(leaf)
    app.action(roll.MORE)(more)


async def opened(event: dict[str, Any], visit: Visit) -> None:
    """Draw a person's Home when they come to see it; its other tab is the direct message."""
    if event.get("tab") == "home":
        await _show(visit, lambda shown: shown.having(page=0))


async def refresh(ack: AsyncAck, visit: Visit) -> None:
    """Draw a person's Home anew."""
    await ack()
    await _show(visit, lambda shown: shown)


async def new(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Open the form, empty; asked for from Home or by the shortcut."""
    await ack()
    await form.present(
        visit, window.trigger(body), form.blank().having(here=True, home="view" in body)
    )


async def choose(ack: AsyncAck, action: dict[str, Any], visit: Visit) -> None:
    """Show somebody's own calls, those of a conversation, or everybody's."""
    await ack()
    chosen = (action.get("selected_option") or {}).get("value")
    if chosen in set(Choice):
        await _show(visit, lambda shown: shown.having(choice=Choice(chosen), page=0))


async def choose_channel(ack: AsyncAck, action: dict[str, Any], visit: Visit) -> None:
    """Show the calls of another conversation."""
    await ack()
    channel = action.get("selected_conversation")
    await _show(visit, lambda shown: shown.having(channel=channel, page=0))


async def leaf(ack: AsyncAck, action: dict[str, Any], visit: Visit) -> None:
    """Turn to another page."""
    await ack()
    page = action.get("value") or ""
    if page.isdecimal():
        await _show(visit, lambda shown: shown.having(page=int(page)))


async def more(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Do what was chosen in the menu of a call, as its message's buttons do."""
    chosen = (action.get("selected_option") or {}).get("value") or ""
    name, _, reference = chosen.partition(" ")
    listener = OF_A_CALL.get(name)
    if listener is None:  # a link, which Slack has opened
        await ack()
        return
    await listener(ack, {**action, "value": reference}, body, visit)
    if name in AT_ONCE:
        await window.home(visit)


async def _show(visit: Visit, change: Callable[[Shown], Shown]) -> None:
    """Note that a person looks, and what they have chosen to see; draw it at once."""
    board, shown = visit.desk.switchboard.roll, None
    try:
        shown = change(await board.shown(visit.team, visit.person))
        await board.note(Viewer(visit.team, visit.person, shown))
    except DatabaseAway:
        log.warning("The database did not note what a person sees on Home")
    await visit.desk.homes.show(visit, shown)
