"""Administrators see the workspace's rules, and change them part by part."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls.errors import DatabaseAway, NotAllowed, TooLate
from calls.workspace import Workspace
from handlers import window
from handlers.desk import Visit
from handlers.window import View
from views import administration, form
from views import rules as face

ASK_WITHIN, SAVE_WITHIN = 0.8, 1.2  # seconds, of the three that Slack waits: 0.8 go by beside


def register(app: AsyncApp) -> None:
    """Register what administrators do with the rules."""
    app.action(administration.RULES)(open_)
    app.action(face.EDIT)(edit)
    app.view(face.CALLBACK)(save)


async def open_(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Show what holds; who may see it is found out once the window is there."""
    await ack()
    await window.show(window.open_, body, visit, _drawn, face.loading)


async def _drawn(visit: Visit) -> View:
    if not await visit.administers():
        return _notice(visit, "administration.refused")
    return _overview(await visit.desk.switchboard.workspaces.newest(visit.team), visit)


async def edit(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Show the form of one part, on top; who sends it is asked then."""
    await ack()
    workspace = await visit.desk.switchboard.workspaces.newest(visit.team)
    part, usual = face.Part(action.get("value") or ""), face.defaults(visit.desk.settings)
    await window.push(visit, window.trigger(body), face.form(part, workspace, usual, visit.text))


async def save(ack: AsyncAck, view: View, visit: Visit) -> None:
    """Let the rules of a part hold from now on, unless somebody else has changed them."""
    kept, usual = face.kept(view), face.defaults(visit.desk.settings)
    try:
        changes = face.read(view, kept.part, usual)
    except NotAllowed as fault:
        await ack(response_action="errors", errors=face.errors(fault, visit.text))
        return
    if not await visit.administers(ASK_WITHIN):
        await ack(response_action="update", view=_notice(visit, "administration.refused"))
        return
    try:
        async with visit.desk.switchboard.database.in_time(SAVE_WITHIN):
            workspace = await _changed(kept, changes, visit)
    except TooLate:
        newest = await visit.desk.switchboard.workspaces.newest(visit.team)
        shown = face.form(kept.part, newest, usual, visit.text, moved=True)
        await ack(response_action="update", view=shown)
    except DatabaseAway:
        await ack(response_action="push", view=_notice(visit, "rules.unsaved"))
    else:
        await ack()
        below = {"id": view.get("previous_view_id") or view.get("root_view_id")}
        await window.fill(visit, below, _overview(workspace, visit))
        await visit.desk.switchboard.dialling.wake(visit.team)


async def _changed(kept: face.Kept, changes: dict[str, object], visit: Visit) -> Workspace:
    """Change what was seen; what else of the workspace has moved meanwhile does no harm."""
    spaces = visit.desk.switchboard.workspaces

    def change(found: Workspace) -> Workspace:
        return found.having(rules=found.rules.having(**changes))

    try:
        return await spaces.change(visit.team, kept.version, change, visit.person, visit.place)
    except TooLate:
        newest = await spaces.get(visit.team)
        if not kept.still(newest.rules):
            raise
        return await spaces.change(visit.team, newest.version, change, visit.person, visit.place)


def _overview(workspace: Workspace, visit: Visit) -> View:
    return face.overview(workspace.rules, face.defaults(visit.desk.settings), visit.text)


def _notice(visit: Visit, told: str) -> View:
    return form.notice(visit.text, "rules.title", told)
