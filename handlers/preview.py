"""*Preview*: the filled form is judged, and what would be sent is shown; nothing is placed."""

import logging
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import allomia
from calls.errors import DatabaseAway
from handlers import window
from handlers.desk import AT_ONCE, Visit
from views import form, form_actions, preview
from views.form import Form

log = logging.getLogger(__name__)


def register(app: AsyncApp) -> None:
    """Register the button of the form."""
    app.action(form_actions.PREVIEW)(show)


async def show(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Open the window at once, and fill it with what a review finds."""
    await ack()
    opened = await window.push(visit, window.trigger(body), form.loading(visit.text))
    if opened is None:
        return
    visit = await visit.in_their_language(within=AT_ONCE)
    filled = form.read(body["view"])
    try:
        view = await _reviewed(filled, visit)
    except DatabaseAway:
        log.warning("The database did not tell what speaks against a call")
        view = form.notice(visit.text, "preview.title", "not_noted.reading")
    await window.fill(visit, opened, view)


async def _reviewed(filled: Form, visit: Visit) -> dict[str, Any]:
    origin = visit.origin(filled.channel, gesture="")
    standing = await visit.standing(origin.channel)
    found = await visit.desk.switchboard.review(filled.draft, origin, standing)
    callback = visit.text("preview.callback") if visit.desk.settings.public_url else None
    order = found.seen_by(visit.person)
    sent = allomia.body(order, callback) if order else {}
    return preview.render(found, order, sent, filled.channel, visit.text, mine=filled.mine)
