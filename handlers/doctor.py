"""``/call doctor``: what the doctor finds, for administrators of the workspace."""

import asyncio

from calls import findings
from calls.findings import Check, Finding
from handlers.client import TIMEOUT, TROUBLE, word
from handlers.desk import Visit
from handlers.examination import Patient, examine
from views import answer, doctor


async def visited(channel: str, visit: Visit) -> None:
    """Tell an administrator of the workspace, for their eyes only, what the doctor finds."""
    visit = await visit.in_their_language()
    administers = await visit.is_administrator(TIMEOUT)
    if not administers:
        key = "doctor.refused" if administers is False else "doctor.unsure"
        await visit.tell(answer.said(visit.text, key))
        return
    desk = visit.desk
    patient = Patient(desk.settings, frozenset(), desk.switchboard.database, desk.client, runs=True)
    found, here = await asyncio.gather(examine(patient), _here(channel, visit))
    settings = [
        findings.good(Check.SETTINGS, "doctor.settings.good"),
        *findings.unnamed(desk.settings),
    ]
    await visit.tell(doctor.render([*settings, *found, here], visit.text))


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
