"""The doors: Slack, AlloMia or the clock says something, and the right part is told."""

from slack_bolt.async_app import AsyncApp

import views as faces
import views.card
import views.form
from handlers import card, command, form


def register(app: AsyncApp) -> None:
    """Register everything that people can do in Slack."""
    app.command("/call")(command.call)
    app.view(faces.form.CALLBACK)(form.submit)
    app.action(faces.card.CANCEL)(card.cancel)
    app.action(faces.card.AGAIN)(card.again)
    app.action(faces.card.LOOK)(card.look)
    app.action(faces.card.DETAILS)(card.details)
