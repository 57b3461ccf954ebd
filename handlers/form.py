"""The form is opened, and submitted."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from calls.errors import MaybeNoted, NotAllowed, NotNoted
from calls.model import Call, Draft, Origin
from calls.policy import Unsettled
from handlers import window
from handlers.desk import Visit
from views import form
from views.form import Form


def blank(visit: Visit, draft: Draft | None = None) -> Form:
    """Return a form in which stands what the workspace has one of."""
    settings = visit.desk.settings
    return Form(
        draft=(draft or Draft()).having(
            assistant_id=settings.allomia_assistant_id or "",
            phone_number_id=settings.allomia_phone_number_id or "",
        )
    )


async def present(visit: Visit, trigger: str, shown: Form, live: Call | None = None) -> None:
    """Open the form; only then learn the language of somebody never seen before."""
    opened = await window.open_(visit, trigger, form.render(shown, visit.text, live))
    known = await visit.in_their_language()
    if opened and known.text.language != visit.text.language:
        await window.fill(known, opened, form.render(shown, known.text, live))


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
        await visit.desk.switchboard.place(filled.draft, origin)
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
        await ack(response_action="errors", errors=form.errors(fault.reasons, text))
    except NotNoted as fault:
        told = "in_doubt" if isinstance(fault, MaybeNoted) else "certain"
        notice = form.notice(text, "not_noted.title", f"not_noted.{told}")
        await ack(response_action="push", view=notice)
    else:
        await ack()
        if filled.home:
            await window.home(visit)
