"""The form is opened, becomes the chosen assistant's, and is submitted."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import audit, policy
from calls.choices import Choice
from calls.clock import now
from calls.errors import MaybeNoted, NotAllowed, NotNoted
from calls.order import Draft
from calls.policy import Question, Unsettled
from handlers import offer, stop, window
from handlers.desk import ASKED_WITHIN, Visit
from views import form, questions, refusal
from views.form import Asked, Form

Drawn = Callable[[Visit, Sequence[Choice]], dict[str, Any]]
"""Draw a window for somebody, who made these choices the last times."""


def register(app: AsyncApp) -> None:
    """Register what is filled in and sent."""
    app.view(form.CALLBACK)(submit)
    app.action({"block_id": "assistant", "action_id": form.ASSISTANT})(changed)


def blank(draft: Draft | None = None) -> Form:
    """Return a form in which stands what was typed; the rest is proposed when it is drawn."""
    return Form(draft=draft or Draft())


async def present(
    visit: Visit, trigger: str, shown: Form, question: Question | None = None
) -> None:
    """Open the form as memory has it; then look what is newer, and ask Slack about the person.

    Who is known to be nobody who may place calls is told so, and whom to ask.
    """
    asked = Asked(now=now(), question=question) if question else None
    reported = heard(visit, shown)

    def drawn(visit: Visit, last: Sequence[Choice]) -> dict[str, Any]:
        return offer.drawn(visit, reported, last, asked)

    await opened(visit, trigger, reported, drawn)


async def opened(visit: Visit, trigger: str, shown: Form, drawn: Drawn) -> None:
    """Open the form, or what leads to it, in the same way."""
    if visit.barred():
        await window.open_(visit, trigger, _barred(visit))
        return
    before = offer.Basis.of(visit, offer.known(visit, shown))
    there = await window.open_(visit, trigger, drawn(visit, before.last))
    last, visit, *_ = await asyncio.gather(
        offer.newest(visit, shown),
        visit.in_their_language(),
        visit.standing(shown.channel, ASKED_WITHIN),
        visit.desk.languages.located(visit.team, visit.person, ASKED_WITHIN),
    )
    if there and visit.barred():
        await window.fill(visit, there, _barred(visit))
    elif there and offer.Basis.of(visit, last) != before:
        await window.fill(visit, there, drawn(visit, last))


def heard(visit: Visit, shown: Form) -> Form:
    """Propose no conversation in which strangers are; the form's select does not hold it."""
    return shown.having(channel="") if visit.is_overheard(shown.channel) else shown


def _barred(visit: Visit) -> dict[str, Any]:
    return refusal.render([policy.not_let_in(visit.rules)], visit.text)


async def changed(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Make the form that of the assistant that was chosen, with all that was typed."""
    await ack()
    view = body["view"]
    filled = form.read(view)
    last = await offer.newest(visit, filled)
    await window.fill(visit, view, offer.for_another(visit, filled, _still(view, filled), last))


async def submit(ack: AsyncAck, view: dict[str, Any], visit: Visit) -> None:
    """Note the call first, then acknowledge; everything wrong is told beside its field."""
    filled, text = form.read(view), visit.text
    if form.is_of_another(view, filled):  # submitted before it had become the new assistant's
        last = offer.known(visit, filled)
        drawn = offer.for_another(visit, filled, _still(view, filled), last)
        await ack(response_action="update", view=drawn)
        return
    asked = visit.origin(filled.channel, _gesture(view, filled), filled.response_url)
    origin = asked.having(under=filled.root)
    try:
        standing = await visit.standing(origin.channel)
        place = audit.HOME if filled.home else ""
        placed = await visit.desk.switchboard.place(filled.draft, origin, standing, place)
    except Unsettled as fault:
        await ack(**_asked(fault, filled, view, visit))
    except NotAllowed as fault:
        await ack(**_refused(fault, view, visit))
    except NotNoted as fault:
        told = "in_doubt" if isinstance(fault, MaybeNoted) else "certain"
        notice = form.notice(text, "not_noted.title", f"not_noted.{told}")
        await ack(response_action="push", view=notice)
    else:
        waits = stop.noticed(placed, visit)
        await (ack(response_action="update", view=waits) if waits else ack())
        _remember(filled, visit)
        if filled.home:
            await window.home(visit)


def _gesture(view: dict[str, Any], filled: Form) -> str:
    """Name one submission, however often it arrives: with another number it is another one.

    A form whose answer was lost stays open. No number can be read out of the name.
    """
    opened = view.get("root_view_id") or view["id"]
    return hashlib.sha256(f"{opened} {filled.draft.number}".encode()).hexdigest()


def _still(view: dict[str, Any], filled: Form) -> Asked:
    """Keep what is answered in a view, unless the number is another than it was asked about."""
    same = form.asks_of(view, filled.draft.number)
    return Asked(now=now(), view=view if same else None)


def _refused(fault: NotAllowed, view: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """Tell what is wrong beside its field; that the person may place no calls, in a window."""
    if barred := [reason for reason in fault.reasons if reason.field == "person"]:
        return {"response_action": "push", "view": refusal.render(barred, visit.text)}
    errors = refusal.errors(fault.reasons, visit.text, view)
    return {"response_action": "errors", "errors": errors}


def _asked(fault: Unsettled, filled: Form, view: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """Ask all that is to be settled at once; what was asked and not answered is told beside it."""
    text, question = visit.text, fault.question
    still = _still(view, filled)
    asked_so = still.view and form.asks_when(still.view, filled.draft.when)
    if asked_so and (told := questions.unanswered(question, still.view or {})):
        errors = {field: text(key) for field, key in told.items()}
        return {"response_action": "errors", "errors": errors}
    asked = still.having(question=question)
    drawn = form.render(filled, text, offer.directory(visit), asked)
    return {"response_action": "update", "view": drawn}


def _remember(filled: Form, visit: Visit) -> None:
    """Propose the same assistant and caller ID the next time, where there is a choice."""
    offered, draft = offer.directory(visit), filled.draft
    if max(len(offered.open_assistants), len(offered.open_caller_ids)) > 1:
        channel = filled.channel or visit.person
        visit.desk.switchboard.choices.note(
            visit.team, visit.person, channel, draft.assistant_id, draft.phone_number_id
        )
