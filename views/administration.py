"""What administrators find in App Home, and what everybody is told of what they have stopped."""

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    PlainTextObject,
)

from calls.workspace import Workspace
from views import audit, directory, do_not_call, entry
from views.message import section
from views.mrkdwn import date, user
from views.text import Text

RULES, DOCTOR = "rules", "doctor"
STOP, RESUME = "stop_dialling", "resume_dialling"


def entrances(text: Text, workspace: Workspace) -> list[Block]:
    """Draw the doors to what administrators decide."""
    halt = _button(RESUME, text("administration.resume"), "primary")
    if workspace.stopped is None:
        halt = _button(STOP, text("administration.stop"), "danger", _sure(text))
    names = entry.button(directory.OPEN, text)
    doctor = _button(DOCTOR, text("home.doctor"))
    rules = _button(RULES, text("administration.rules"))
    return [
        section(text.mrkdwn("administration.title")),
        ActionsBlock(
            elements=[names, rules, do_not_call.entrance(text), audit.entrance(text), doctor, halt]
        ),
    ]


def stopped(workspace: Workspace, text: Text) -> list[Block]:
    """Warn everybody while all dialling is stopped."""
    if workspace.stopped is None:
        return []
    by, at = user(workspace.stopped.by), date(workspace.stopped.at)
    return [section(text.mrkdwn("administration.stopped", person=by, when=at))]


def _sure(text: Text) -> ConfirmObject:
    return ConfirmObject(
        title=text("administration.stop_title"),
        text=PlainTextObject(text=text("administration.stop_text")),
        confirm=text("administration.stop_confirm"),
        deny=text("administration.stop_deny"),
        style="danger",
    )


def _button(
    action: str, label: str, style: str | None = None, confirm: ConfirmObject | None = None
) -> ButtonElement:
    return ButtonElement(text=label, action_id=action, style=style, confirm=confirm)
