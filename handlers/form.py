"""The form is opened, and submitted."""

import asyncio
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from calls import policy
from calls.errors import MaybeNoted, NotAllowed, NotNoted
from calls.model import Call, Draft, Origin
from calls.policy import Unsettled
from handlers import stop, window
from handlers.desk import ASKED_WITHIN, Visit
from views import form, refusal
from views.form import Form


def blank(visit: Visit, draft: Draft | None = None) -> Form:
    """Return a form in which stands what the workspace has one of."""
    settings = visit.desk.settings
    return Form(
        shared=bool(visit.rules.shared_channels),
        draft=(draft or Draft()).having(
            assistant_id=settings.allomia_assistant_id or "",
            phone_number_id=settings.allomia_phone_number_id or "",
        ),
    )


async def present(visit: Visit, trigger: str, shown: Form, live: Call | None = None) -> None:
    """Open the form; only then ask Slack about the person and the conversation.

    Who is known to be nobody who may place calls is told so, and whom to ask.
    """
    if visit.barred():
        await window.open_(visit, trigger, _barred(visit))
        return
    if visit.is_overheard(shown.channel):  # and so the form's select does not hold it
        shown = shown.having(channel="")
    opened = await window.open_(visit, trigger, form.render(shown, visit.text, live))
    known, _ = await asyncio.gather(
        visit.in_their_language(), visit.standing(shown.channel, ASKED_WITHIN)
    )
    if opened and known.barred():
        await window.fill(known, opened, _barred(known))
    elif opened and known.text.language != visit.text.language:
        await window.fill(known, opened, form.render(shown, known.text, live))


def _barred(visit: Visit) -> dict[str, Any]:
    return refusal.render([policy.not_let_in(visit.rules)], visit.text)


async def submit(ack: AsyncAck, view: dict[str, Any], visit: Visit) -> None:
    """Note the call first, then acknowledge; everything wrong is told beside its field."""
    filled, text = form.read(view), visit.text
    origin = Origin(
        team=visit.team,
        channel=filled.channel or visit.person,
        asked_by=visit.person,
        language=text.language,
        gesture=view.get("root_view_id") or view["id"],
        response_url=filled.response_url,
    )
    try:
        standing = await visit.standing(origin.channel)
        placed = await visit.desk.switchboard.place(filled.draft, origin, standing)
    except Unsettled as fault:
        live = fault.question.earlier
        if live is None:
            await ack(response_action="errors", errors=form.errors(fault.reasons, text))
        elif form.asks_about(view, live):  # it was asked for already, and not ticked
            untold = text("refused.number.unconfirmed")
            await ack(response_action="errors", errors={"confirm": untold})
        else:
            await ack(response_action="update", view=form.render(filled, text, live))
    except NotAllowed as fault:
        if barred := [reason for reason in fault.reasons if reason.field == "person"]:
            await ack(response_action="push", view=refusal.render(barred, text))
            return
        await ack(response_action="errors", errors=form.errors(fault.reasons, text))
    except NotNoted as fault:
        told = "in_doubt" if isinstance(fault, MaybeNoted) else "certain"
        notice = form.notice(text, "not_noted.title", f"not_noted.{told}")
        await ack(response_action="push", view=notice)
    else:
        waits = stop.noticed(placed, visit)
        await (ack(response_action="update", view=waits) if waits else ack())
        if filled.home:
            await window.home(visit)
