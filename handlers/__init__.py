"""The doors: Slack, AlloMia or the clock says something, and the right part is told."""

from slack_bolt.async_app import AsyncApp

from handlers import card, command, form
from views import card as card_face
from views import form as form_face


def register(app: AsyncApp) -> None:
    """Register everything that people can do in Slack."""
    app.command("/call")(command.call)
    app.view(form_face.CALLBACK)(form.submit)
    app.action(card_face.CANCEL)(card.cancel)
    app.action(card_face.AGAIN)(card.again)
    app.action(card_face.LOOK)(card.look)
    app.action(card_face.DETAILS)(card.details)
