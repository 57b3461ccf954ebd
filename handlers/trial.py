"""*Call me first*: the call of a filled form, to the asker's own number."""

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import drafts, numbers
from calls.errors import DatabaseAway, MaybeNoted, NotAllowed, NotNoted
from calls.model import Call
from calls.order import Draft, Filled, Origin, When
from calls.policy import Question, Unsettled
from handlers import window
from handlers.client import TROUBLE, word
from handlers.desk import Visit
from handlers.window import View
from views import form, form_actions, trial

log = logging.getLogger(__name__)

ANSWERED, KEPT = 2.8, 0.5  # seconds: Slack waits three for its answer


def register(app: AsyncApp) -> None:
    """Register the button of the form, and the window in which a number is asked for."""
    app.action(form_actions.TRIAL)(call_me)
    app.action(trial.OTHER)(other)
    app.view(trial.CALLBACK)(submit)


async def call_me(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Call the asker, or ask for their number first."""
    await ack()
    await window.show(window.push, body, visit, partial(_called, body), trial.loading)


async def _called(body: dict[str, Any], visit: Visit) -> View:
    shown = form.read(body["view"])
    filled, draft = Filled(draft=shown.draft, channel=shown.channel), drafts.fresh()
    try:
        await visit.desk.switchboard.drafts.keep(draft, visit.team, visit.person, filled)
        number = await visit.desk.switchboard.profiles.number(visit.team, visit.person)
        if number is None:
            return trial.ask(draft, visit.text)
        return await _placed(visit, filled, number, draft, window.trigger(body))
    except DatabaseAway:
        log.warning("The database did not keep a filled form")
        return _notice(visit, "not_noted.reading")


async def other(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Ask for another number than the one that is known."""
    await ack()
    shown = body["view"]
    await window.fill(visit, shown, trial.ask(shown.get("private_metadata") or "", visit.text))


async def submit(ack: AsyncAck, body: dict[str, Any], view: View, visit: Visit) -> None:
    """Keep the asker's number, and call them; a number that is none is told beside its field."""
    try:
        number = numbers.read(trial.read(view), visit.desk.settings.default_region)
    except NotAllowed as fault:
        wrong = " ".join(visit.text.reason(reason) for reason in fault.reasons)
        await ack(response_action="errors", errors={trial.NUMBER: wrong})
        return
    draft, told = view.get("private_metadata") or "", _notice(visit, "not_noted.in_doubt")
    with suppress(TimeoutError):
        async with asyncio.timeout(ANSWERED):
            told = await _kept_and_placed(visit, number, draft, window.trigger(body))
    await ack(response_action="update", view=told)


async def _kept_and_placed(visit: Visit, number: str, draft: str, gesture: str) -> View:
    switchboard = visit.desk.switchboard
    try:
        async with switchboard.database.in_time(KEPT):
            await switchboard.profiles.keep(visit.team, visit.person, number)
            filled = await switchboard.drafts.get(draft, visit.team, visit.person)
    except DatabaseAway:
        log.warning("The database did not keep a person's number")
        return _notice(visit, "not_noted.reading")
    if filled is None:
        return _notice(visit, "trial.gone")
    return await _placed(visit, filled, number, draft, gesture)


async def _placed(visit: Visit, filled: Filled, number: str, draft: str, gesture: str) -> View:
    """Place the call, and return what to tell."""
    origin = visit.origin("", gesture).having(trial=True)
    wanted = filled.draft.having(number=number, zone="", when=When(), hour=None, confirmed=None)
    try:
        return trial.placed(await _settled(visit, wanted, origin), draft, visit.text)
    except Unsettled as fault:
        earlier = fault.question.earlier
        if earlier and earlier.status.live:
            return trial.live(earlier.reference, draft, visit.text)
        return trial.refused(fault.reasons, draft, visit.text)
    except NotAllowed as fault:
        return trial.refused(fault.reasons, draft, visit.text)
    except NotNoted as fault:
        told = "in_doubt" if isinstance(fault, MaybeNoted) else "certain"
        return _notice(visit, f"not_noted.{told}")


async def _settled(visit: Visit, wanted: Draft, origin: Origin) -> Call:
    """Place a call; what would be asked about somebody else, the asker has answered by asking."""
    standing = await visit.standing(origin.channel)
    try:
        return await visit.desk.switchboard.place(wanted, origin, standing, visit.place)
    except Unsettled as fault:
        answers = await _answers(fault.question, visit)
        if not answers:
            raise
    return await visit.desk.switchboard.place(
        wanted.having(**answers), origin, standing, visit.place
    )


async def _answers(question: Question, visit: Visit) -> dict[str, str]:
    found = {}
    if question.earlier and not question.earlier.status.live:
        found["confirmed"] = question.earlier.reference
    if question.zones is not None and (zone := await _own_zone(visit)):
        found["zone"] = zone
    return found


async def _own_zone(visit: Visit) -> str:
    """Return the zone in which Slack says that the person is, or nothing."""
    try:
        answered = await visit.desk.client.users_info(user=visit.person)
    except TROUBLE as fault:
        log.warning("Slack did not say in which zone a person is", extra={"error": word(fault)})
        return ""
    user = answered.get("user") or {}
    return str(user.get("tz") or "")


def _notice(visit: Visit, told: str) -> View:
    return form.notice(visit.text, "trial.title", told)
