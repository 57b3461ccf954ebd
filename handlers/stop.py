"""All dialling is stopped and resumed, by an administrator: from App Home, or by command."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import policy
from calls.errors import DatabaseAway
from calls.model import Call
from handlers import window
from handlers.desk import AT_ONCE, Visit
from views import administration, answer, form
from views import stop as face
from views.message import Message

LOOKS, BETWEEN_LOOKS = 30, 0.1  # seconds for calls that AlloMia is being asked for


def register(app: AsyncApp) -> None:
    """Register the two buttons of Home."""
    app.action(administration.STOP)(stop)
    app.action(administration.RESUME)(resume)


async def stop(ack: AsyncAck, visit: Visit) -> None:
    """Stop all dialling, from Home."""
    await ack()
    await stopped(visit)
    await window.home(visit)


async def resume(ack: AsyncAck, visit: Visit) -> None:
    """Dial again, from Home."""
    await ack()
    await resumed(visit)
    await window.home(visit)


async def stopped(visit: Visit) -> None:
    """Stop all dialling; it is confirmed once no request is on its way, or with how many are."""
    visit = await visit.in_their_language(within=AT_ONCE)
    if await _may(visit):
        await visit.tell(await _stopped(visit))


async def _stopped(visit: Visit) -> Message:
    desk = visit.desk
    try:
        workspace = await desk.switchboard.dialling.stop(visit.team, visit.person, visit.place)
        late = await _late(visit)
    except DatabaseAway:
        return answer.said(visit.text, "stop.unnoted")
    if workspace.stopped is None:  # somebody has resumed it meanwhile
        return answer.said(visit.text, "stop.resumed")
    return face.done(workspace.stopped, late, desk.settings.dial_within, visit.text)


async def _late(visit: Visit) -> int:
    """Wait for calls that were being dialled; return how many still are after some seconds."""
    dialling = visit.desk.switchboard.dialling
    for _ in range(LOOKS):
        if not await dialling.under_way(visit.team):
            return 0
        await asyncio.sleep(BETWEEN_LOOKS)
    return await dialling.under_way(visit.team)


async def resumed(visit: Visit) -> None:
    """Dial again."""
    visit = await visit.in_their_language(within=AT_ONCE)
    if not await _may(visit):
        return
    try:
        await visit.desk.switchboard.dialling.resume(visit.team, visit.person, visit.place)
    except DatabaseAway:
        await visit.tell(answer.said(visit.text, "stop.unnoted"))
    else:
        await visit.tell(answer.said(visit.text, "stop.resumed"))


async def _may(visit: Visit) -> bool:
    administers = await visit.administers()
    if not administers:
        await visit.tell(answer.said(visit.text, "administration.refused"))
    return administers


def placed(call: Call, visit: Visit) -> Message | None:
    """Tell who has placed a call that it waits, where all dialling is stopped."""
    if not face.waits(call):
        return None
    return answer.said(visit.text, "stop.placed", **_told(call, visit))


def noticed(call: Call, visit: Visit) -> dict[str, Any] | None:
    """Show the same in the form's window."""
    if not face.waits(call):
        return None
    return form.notice(visit.text, "stop.title", "stop.placed", **_told(call, visit))


def _told(call: Call, visit: Visit) -> dict[str, str]:
    return face.placed(call, policy.last_instant(call, visit.desk.settings.dial_within))
