"""A scheduled call was not dialled at its hour: it is placed after all, once a person says so."""

from contextlib import suppress
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import missed
from calls.errors import DatabaseAway, MaybeNoted, NotAllowed, NotNoted, TooLate
from calls.model import Call
from calls.policy import Unsettled
from handlers import card, form, stop, window
from handlers.desk import Visit
from views import answer, repeated
from views import missed as face
from views.form import Form
from views.message import Message


def register(app: AsyncApp) -> None:
    """Register the button; the other one, for another time, opens the form as *Call again*."""
    app.action(face.NOW)(call_now)


async def call_now(
    ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit
) -> None:
    """Place the call anew, once for all who press; what has to be settled is asked in the form."""
    await ack()
    visit, found = await card.pressed(action, body, visit)
    if found is None or not missed.is_missed(found):
        return
    shown = _repeated(found, visit)
    try:
        told = await _placed(found, shown, visit)
    except Unsettled as fault:
        await form.present(visit, window.trigger(body), shown, fault.question)
    except NotAllowed as fault:
        await visit.tell(answer.refused(fault.reasons, visit.text, "refused_press"))
    except NotNoted as fault:
        doubt = "in_doubt" if isinstance(fault, MaybeNoted) else "certain_command"
        await visit.tell(answer.said(visit.text, f"not_noted.{doubt}"))
    else:
        await visit.tell(told)
        await _answered(found, visit)


async def _answered(found: Call, visit: Visit) -> None:
    """Note that the question is answered; where that cannot be noted, it may be asked on."""
    if found.done_at is None:
        board = visit.desk.switchboard.handing
        with suppress(TooLate, DatabaseAway):
            await board.finish(found.reference, visit.team, visit.person, visit.place)


def _repeated(found: Call, visit: Visit) -> Form:
    """Fill the form with the call's values; where the person called is, was told before."""
    shown = repeated.form(found, visit.person)
    return shown.having(
        draft=shown.draft.having(zone=found.zone or ""),
        response_url=visit.response_url,
    )


async def _placed(found: Call, shown: Form, visit: Visit) -> Message:
    """Place the call by the rules as they are now, and return what to tell who has pressed."""
    asked = visit.origin(shown.channel, missed.gesture(found), shown.response_url)
    origin = asked.having(under=shown.root)
    standing = await visit.standing(origin.channel)
    placed = await visit.desk.switchboard.place(shown.draft, origin, standing, visit.place)
    told = answer.said(visit.text, "missed.placed", reference=placed.reference)
    return stop.placed(placed, visit) or told
