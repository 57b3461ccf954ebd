"""*Preview*: the filled form is judged, and what would be sent is shown; nothing is placed."""

import logging
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import allomia
from calls.errors import DatabaseAway
from handlers import window
from handlers.desk import Visit
from handlers.window import View
from views import form, form_actions, preview

log = logging.getLogger(__name__)


def register(app: AsyncApp) -> None:
    """Register the button of the form."""
    app.action(form_actions.PREVIEW)(show)


async def show(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Open the window at once, and fill it with what a review finds."""
    await ack()
    await window.show(window.push, body, visit, partial(_reviewed, body["view"]))


async def _reviewed(view: View, visit: Visit) -> View:
    filled = form.read(view)
    origin = visit.origin(filled.channel, gesture="")
    try:
        standing = await visit.standing(origin.channel)
        found = await visit.desk.switchboard.review(filled.draft, origin, standing)
    except DatabaseAway:
        log.warning("The database did not tell what speaks against a call")
        return form.notice(visit.text, "preview.title", "not_noted.reading")
    callback = visit.text("preview.callback") if visit.desk.settings.public_url else None
    order = found.seen_by(visit.person)
    sent = allomia.body(order, callback) if order else {}
    return preview.render(found, order, sent, filled.channel, visit.text, mine=filled.mine)
