"""The audit log in a window; each gesture asks anew whether the person administers Ringback."""

import logging
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import audit_file
from calls.audit import Action, Deed, Leaf
from calls.errors import DatabaseAway
from handlers import window
from handlers.delivery import Later, Never
from handlers.desk import AT_ONCE, Visit
from handlers.window import View
from views import audit as face
from views import form
from views.mrkdwn import Mrkdwn

log = logging.getLogger(__name__)

MOST_SHARED = 20_000  # rows of a file in Slack: it is put together in memory
FILE = "ringback-audit.csv"


def register(app: AsyncApp) -> None:
    """Register the log's window."""
    app.action(face.OPEN)(open_)
    app.action(face.TURN)(turn)
    app.action(face.EXPORT)(export)


async def open_(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Open the log at its end."""
    await ack()
    await window.show(window.open_, body, visit, partial(_drawn, "", ""))


async def turn(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Show newer or older rows."""
    await ack()
    way, words = str(action.get("action_id")), str(action.get("value") or "")
    await window.fill(visit, body["view"], await _drawn(way, words, visit))


async def export(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Send the log as a file to the administrator's direct message; that is noted first."""
    await ack()
    visit = await visit.in_their_language(within=AT_ONCE)
    told = None
    if await visit.administers():
        try:
            told = visit.text.mrkdwn(await _sent(visit))
        except DatabaseAway:
            log.warning("The audit log was not told: the database is away")
            told = visit.text.mrkdwn("not_noted.reading")
    await window.fill(visit, body["view"], await _drawn("", "", visit, told))


async def _drawn(way: str, words: str, visit: Visit, told: Mrkdwn | None = None) -> View:
    """Draw a page of the log, if the person is an administrator."""
    if not await visit.administers():
        return form.notice(visit.text, "form.loading_title", "administration.refused")
    try:
        leaf = await _leaf(way, words, visit)
    except DatabaseAway:
        log.warning("The audit log was not told: the database is away")
        return form.notice(visit.text, "form.loading_title", "not_noted.reading")
    return face.render(leaf, visit.text, told)


async def _leaf(way: str, words: str, visit: Visit) -> Leaf:
    trail, mark = visit.desk.switchboard.trail, face.mark(words)
    if mark is None:
        return await trail.newest(visit.team, face.PER_PAGE)
    turned = trail.newer if way == "audit_newer" else trail.older
    return await turned(visit.team, mark, face.PER_PAGE)


async def _sent(visit: Visit) -> str:
    """Send the log, and return the key of what is to be told about that."""
    switchboard = visit.desk.switchboard
    deed = Deed(action=Action.EXPORTED, by=visit.person, place=visit.place)
    async with switchboard.database.in_time():
        await switchboard.trail.note(visit.team, deed)
    parts, many = [audit_file.head()], 0
    async for rows in switchboard.trail.rows(visit.team):
        many += len(rows)
        if many > MOST_SHARED:
            return "audit.too_many"
        parts.append(audit_file.lines(rows))
    return await _shared("".join(parts), many, visit)


async def _shared(content: str, many: int, visit: Visit) -> str:
    """Post the file below a message that says what it is; without ``files:write`` say so there."""
    messages, comment = visit.desk.messages, face.comment(visit.text, many)
    try:
        there = await messages.post(face.posted(visit.text), visit.person)
    except (Later, Never):
        return "audit.not_sent"
    try:
        await messages.share(FILE, content, comment, there.channel, there.ts)
    except Later:
        return "audit.not_sent"
    except Never:
        await messages.edit(face.unposted(visit.text), there.channel, there.ts)
        return "audit.no_files"
    return "audit.window.sent"
