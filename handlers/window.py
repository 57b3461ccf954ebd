"""Windows: opened at once, since Slack's trigger lives three seconds, and filled later."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.client import DEAD_TOKEN, TROUBLE, word
from handlers.desk import AT_ONCE, Visit
from views import answer, form
from views.text import Text

log = logging.getLogger(__name__)

TRIGGER_LIVES = 3  # seconds

CLOSED = frozenset({"hash_conflict", "not_found", "view_not_found"})  # by the person meanwhile

Body = dict[str, Any]
View = dict[str, Any]
Open = Callable[[Visit, str, View], Awaitable[View | None]]


async def show(
    how: Open,
    body: Body,
    visit: Visit,
    drawn: Callable[[Visit], Awaitable[View]],
    loading: Callable[[Text], View] = form.loading,
) -> None:
    """Open a window at once, and fill it with what is read then, in the person's language."""
    opened = await how(visit, trigger(body), loading(visit.text))
    if opened:
        visit = await visit.in_their_language(within=AT_ONCE)
        await fill(visit, opened, await drawn(visit))


def trigger(body: Body) -> str:
    """Return what a window may be opened with; Slack sends it with every gesture that may."""
    return str(body.get("trigger_id") or "")


async def open_(visit: Visit, trigger_id: str, view: View) -> View | None:
    """Open a window; where Slack does not in time, tell the person and return ``None``."""
    return await _shown(visit, visit.desk.client.views_open(trigger_id=trigger_id, view=view))


async def push(visit: Visit, trigger_id: str, view: View) -> View | None:
    """Open a window on top of the one in which something was pressed; else as ``open_``."""
    return await _shown(visit, visit.desk.client.views_push(trigger_id=trigger_id, view=view))


async def _shown(visit: Visit, sent: Awaitable[AsyncSlackResponse]) -> View | None:
    try:
        async with asyncio.timeout(TRIGGER_LIVES):
            opened = await sent
    except TROUBLE as fault:
        log.warning("Slack did not open a window", extra={"error": word(fault)})
        await visit.tell(answer.said(visit.text, _told(fault)))
        return None
    found: View | None = opened.get("view")
    if found is None:
        log.warning("Slack did not open a window", extra={"error": "unreadable"})
    return found


async def fill(visit: Visit, opened: View, view: View) -> None:
    """Draw another view into a window, unless it has been changed or closed meanwhile."""
    try:
        await visit.desk.client.views_update(
            view_id=opened["id"], hash=opened.get("hash"), view=view
        )
    except TROUBLE as fault:
        log.warning("Slack did not fill a window", extra={"error": word(fault)})
        if word(fault) not in CLOSED:
            await visit.tell(answer.said(visit.text, _told(fault)))


async def home(visit: Visit) -> None:
    """Draw a person's Home as things are now."""
    await visit.desk.homes.show(visit)


def _told(fault: Exception) -> str:
    return "answer.dead_token" if word(fault) in DEAD_TOKEN else "answer.trigger"
