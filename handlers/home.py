"""App Home, and the shortcut that stands beside every message box."""

import logging
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from calls.clock import now
from calls.errors import DatabaseAway
from handlers import form
from handlers.client import TROUBLE, word
from handlers.desk import Visit
from views import home

log = logging.getLogger(__name__)

SHORTCUT = "place_call"


async def opened(event: dict[str, Any], visit: Visit) -> None:
    """Draw a person's Home when they come to see it; its other tab is the direct message."""
    if event.get("tab") == "home":
        await _draw(visit)


async def refresh(ack: AsyncAck, visit: Visit) -> None:
    """Draw a person's Home anew."""
    await ack()
    await _draw(visit)


async def new(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Open the form, empty; asked for from Home or by the shortcut."""
    await ack()
    await form.present(visit, form.trigger(body), form.blank(visit).having(here=True))


async def _draw(visit: Visit) -> None:
    visit = await visit.in_their_language()
    try:
        calls = await visit.desk.switchboard.latest(visit.team, visit.person)
    except DatabaseAway:
        log.warning("The database did not tell about a person's calls")
        calls = None
    view = home.render(calls, visit.text, now())
    try:
        await visit.desk.client.views_publish(user_id=visit.person, view=view)
    except TROUBLE as fault:
        log.warning("Slack did not show a person's Home", extra={"error": word(fault)})
