"""A scheduled call is given another hour."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import policy
from calls.errors import DatabaseAway, NotAllowed, TooLate
from calls.model import Call
from handlers import card
from handlers.desk import Visit
from views import card as card_face
from views import form, refusal
from views import move as face


def register(app: AsyncApp) -> None:
    """Register the button, and the window in which another hour is chosen."""
    app.action(card_face.MOVE)(asked)
    app.view(face.CALLBACK)(submit)


async def asked(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Open the window with the call's hour; only a call that waits has one to change."""
    await ack()

    async def drawn(call: Call, visit: Visit) -> dict[str, Any]:
        if visit.barred():
            return refusal.render([policy.not_let_in(visit.rules)], visit.text)
        return face.render(call, visit.text, visit.zone)

    await card.show(drawn, action, body, visit)


async def submit(ack: AsyncAck, view: dict[str, Any], visit: Visit) -> None:
    """Move the call first, then acknowledge."""
    text = visit.text
    reference, hour = face.read(view)
    if hour is None:
        await ack(response_action="errors", errors=face.missing(text))
        return
    try:
        await visit.let_in()
        await visit.desk.switchboard.move(reference, visit.team, hour, visit.person, visit.place)
    except NotAllowed as fault:
        await ack(response_action="errors", errors=face.errors(fault, text))
    except TooLate:
        await ack()
        await card.too_late("move.too_late", reference, visit)
    except DatabaseAway:
        notice = form.notice(text, "not_noted.title", "move.unnoted")
        await ack(response_action="push", view=notice)
    else:
        await ack()
