"""App Home, and the shortcut that stands beside every message box."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from handlers import form, window
from handlers.desk import Visit

SHORTCUT = "place_call"


async def opened(event: dict[str, Any], visit: Visit) -> None:
    """Draw a person's Home when they come to see it; its other tab is the direct message."""
    if event.get("tab") == "home":
        await window.home(visit)


async def refresh(ack: AsyncAck, visit: Visit) -> None:
    """Draw a person's Home anew."""
    await ack()
    await window.home(visit)


async def new(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Open the form, empty; asked for from Home or by the shortcut."""
    await ack()
    await form.present(
        visit, window.trigger(body), form.blank(visit).having(here=True, home="view" in body)
    )
