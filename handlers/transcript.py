"""Transcript and recording, for who asks in *Details*, where the workspace's rules show them."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import call_log_answers, turns
from calls.errors import AlloMiaUnavailable, DatabaseAway
from calls.model import Call
from handlers import window
from handlers.desk import Desk, Visit
from handlers.window import View
from views import form
from views import transcript as face

log = logging.getLogger(__name__)

Drawn = Callable[[Call, Visit], Awaitable[View]]


def register(app: AsyncApp) -> None:
    """Register what can be read and heard of a conversation."""
    app.action(face.SHOW)(show)
    app.action(face.BACK)(turn)
    app.action(face.ON)(turn)
    app.action(face.LISTEN)(listen)
    app.action(face.PLAY)(play)


async def show(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Show the transcript's first page in a window of its own."""
    await ack()
    await window.show(window.push, body, visit, partial(_its, _page(0), action, body))


async def turn(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Show another page in the same window."""
    await ack()
    number = str(action.get("value") or "").partition(" ")[2]
    page = int(number) if number.isdecimal() else 0
    await window.fill(visit, body["view"], await _its(_page(page), action, body, visit))


async def listen(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Show a fresh link to the recording; it is nowhere kept."""
    await ack()
    await window.show(window.push, body, visit, partial(_its, _heard, action, body))


async def play(ack: AsyncAck) -> None:
    """Slack follows the link by itself."""
    await ack()


async def shown(desk: Desk, call: Call) -> bool:
    """Tell whether the rules let what was said in a call be shown where it reports."""
    workspace = await desk.switchboard.workspaces.newest(call.team)
    place = await desk.conversations.seen(call.team, call.channel)
    return place.speaks(call.channel, workspace.rules)


async def _its(drawn: Drawn, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> View:
    """Draw what was said in the call of which the window below shows the details."""
    reference = str(action.get("value") or "").partition(" ")[0]
    own = (body.get("view") or {}).get("private_metadata") == reference
    try:
        call = await visit.desk.switchboard.call(reference, visit.team) if own else None
    except DatabaseAway:
        log.warning("The database did not tell about a call")
        return form.notice(visit.text, "form.loading_title", "not_noted.reading")
    if call is None:
        return form.notice(visit.text, "form.loading_title", "form.gone", reference=reference)
    if not await shown(visit.desk, call):
        return face.missing(call, "transcript.barred", visit.text)
    try:
        return await drawn(await visit.named(call), visit)
    except AlloMiaUnavailable:
        return face.missing(call, "transcript.away", visit.text)


def _page(number: int) -> Drawn:
    async def drawn(call: Call, visit: Visit) -> View:
        link = await linked(visit.desk, call, "transcriptUrl")
        if link is None or visit.desk.transcripts is None:
            return face.missing(call, "transcript.away", visit.text)
        words = await visit.desk.transcripts.fetch(link)
        told = await turns.read_apart(words, call.number)
        return face.render(call, told, number, visit.text)

    return drawn


async def _heard(call: Call, visit: Visit) -> View:
    link = await linked(visit.desk, call, "recordingUrl")
    if link is None:
        return face.missing(call, "transcript.away", visit.text)
    return face.heard(call, link, visit.text)


async def linked(desk: Desk, call: Call, name: str) -> str | None:
    """Ask AlloMia for a link that lives: those of an hour ago do not."""
    if desk.call_log is None or call.record is None or call.erased_at:
        return None
    return call_log_answers.link(await desk.call_log.link(call.record.id, name))
