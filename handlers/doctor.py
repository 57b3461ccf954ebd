"""``/call doctor``: what the doctor finds, for administrators of the workspace."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import findings
from calls.findings import Check, Finding
from handlers import window
from handlers.client import TIMEOUT, TROUBLE, word
from handlers.desk import Visit
from handlers.examination import Installation, examine
from handlers.window import View
from views import administration, answer, doctor, form


def register(app: AsyncApp) -> None:
    """Register the button of Home."""
    app.action(administration.DOCTOR)(shown)


async def visited(channel: str, visit: Visit) -> None:
    """Tell an administrator of the workspace, for their eyes only, what the doctor finds."""
    visit = await visit.in_their_language()
    administers = await visit.is_administrator(TIMEOUT)
    if not administers:
        await visit.tell(answer.said(visit.text, _refused(administers)))
        return
    found, here = await asyncio.gather(_found(visit), _here(channel, visit))
    await visit.tell(doctor.render([*found, here], visit.text))


async def shown(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Show the same in a window, to an administrator who is at Home."""
    await ack()
    await window.show(window.open_, body, visit, _drawn)


async def _drawn(visit: Visit) -> View:
    administers = await visit.is_administrator(TIMEOUT)
    if administers:
        return doctor.window(await _found(visit), visit.text)
    return form.notice(visit.text, "form.loading_title", _refused(administers))


def _refused(administers: bool | None) -> str:
    return "doctor.refused" if administers is False else "doctor.unsure"


async def _found(visit: Visit) -> list[Finding]:
    desk = visit.desk
    installation = Installation(
        desk.settings, frozenset(), desk.switchboard.database, desk.client, runs=True
    )
    settings = [
        findings.good(Check.SETTINGS, "doctor.settings.good"),
        *findings.unnamed(desk.settings),
    ]
    return [*settings, *await examine(installation)]


async def _here(channel: str, visit: Visit) -> Finding:
    """Tell whether the app may write in the conversation it is asked in."""
    if channel.startswith("D"):
        return findings.note(Check.HERE, "doctor.here.direct")
    try:
        answered = await visit.desk.client.conversations_info(channel=channel)
    except TROUBLE as fault:
        told = findings.word(word(fault))
        key = "doctor.here.unseen" if told == "channel_not_found" else "doctor.here.untold"
        return findings.wrong(Check.HERE, key, error=told)
    found = answered.get("channel")
    if not isinstance(found, dict):
        return findings.wrong(Check.HERE, "doctor.here.untold", error="unreadable")
    if found.get("is_archived"):
        return findings.wrong(Check.HERE, "doctor.here.archived")
    if not found.get("is_member", True):  # of a private one it is told to members only
        return findings.wrong(Check.HERE, "doctor.here.outside")
    return findings.good(Check.HERE, "doctor.here.good")
