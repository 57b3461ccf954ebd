"""Administrators see whom outcomes are told, add to it, change it, and take from it."""

from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import telling
from calls.errors import DatabaseAway, NotAllowed, Reason, TooLate
from calls.telling import Telling
from calls.workspace import Workspace
from handlers import window
from handlers.desk import Visit
from handlers.rules import ASK_WITHIN, SAVE_WITHIN
from handlers.window import View
from views import form, rules
from views import rules_telling as face

TRIES = 3  # others may change the directory in the same moment

Change = Callable[[tuple[Telling, ...]], tuple[Telling, ...]]


def register(app: AsyncApp) -> None:
    """Register what administrators do with them."""
    app.action(face.LIST)(open_)
    app.action(face.ADD)(edit)
    app.action(face.CHANGE)(edit)
    app.action(face.REMOVE)(remove)
    app.view(face.CALLBACK)(save)


async def open_(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Show the list on top of the rules; who changes it is asked then."""
    await ack()
    workspace = await visit.desk.switchboard.workspaces.newest(visit.team)
    await window.push(visit, window.trigger(body), face.listed(workspace, visit.text))


async def edit(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Show the form of one, or of a new one, on top; what is gone is no longer in the list."""
    await ack()
    workspace = await visit.desk.switchboard.workspaces.newest(visit.team)
    mark = action.get("value") or ""
    one = next((one for one in workspace.rules.tellings if one.mark == mark), None)
    if mark and one is None:
        await window.fill(visit, body["view"], face.listed(workspace, visit.text))
        return
    asked = face.form(one, workspace.directory, visit.text)
    await window.push(visit, window.trigger(body), asked)


async def save(ack: AsyncAck, view: View, visit: Visit) -> None:
    """Let one hold from now on; the form stays where that cannot be."""
    mark = face.seen(view)
    try:
        typed = face.read(view)
        if not await visit.administers(ASK_WITHIN):
            await ack(response_action="update", view=_refused(visit))
            return
        workspace = await _changed(visit, lambda found: telling.arranged(found, mark, typed))
    except NotAllowed as fault:
        await ack(response_action="errors", errors=rules.errors(fault, visit.text))
    except (TooLate, DatabaseAway):
        unsaved = NotAllowed([Reason(key="entry.not_saved", field="channels")])
        await ack(response_action="errors", errors=rules.errors(unsaved, visit.text))
    else:
        await ack()
        below = {"id": view.get("previous_view_id")}
        await window.fill(visit, below, face.listed(workspace, visit.text))
        await _overview(visit, view, workspace)


async def remove(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Let one hold no longer."""
    await ack()
    view, mark = body["view"], action.get("value") or ""
    if not await visit.administers():
        await window.fill(visit, view, _refused(visit))
        return
    try:
        workspace = await _changed(visit, lambda found: telling.without(found, mark))
    except (TooLate, DatabaseAway):
        await window.fill(visit, view, form.notice(visit.text, "rules.title", "rules.unsaved"))
        return
    await window.fill(visit, view, face.listed(workspace, visit.text))
    await _overview(visit, view, workspace)


async def _changed(visit: Visit, change: Change) -> Workspace:
    """Change what holds by now; raises ``TooLate`` where others change it all the time."""
    spaces = visit.desk.switchboard.workspaces

    def changed(found: Workspace) -> Workspace:
        tellings = change(found.rules.tellings)
        return found.having(rules=found.rules.having(tellings=tellings))

    async with visit.desk.switchboard.database.in_time(SAVE_WITHIN):
        for _ in range(TRIES):
            newest = await spaces.get(visit.team)
            try:
                version, who = newest.version, visit.person
                return await spaces.change(visit.team, version, changed, who, visit.place)
            except TooLate:
                continue
    raise TooLate


async def _overview(visit: Visit, view: View, workspace: Workspace) -> None:
    """Draw the rules below anew."""
    usual = rules.defaults(visit.desk.settings)
    drawn = rules.overview(workspace.rules, usual, visit.text)
    await window.fill(visit, {"id": view.get("root_view_id")}, drawn)


def _refused(visit: Visit) -> View:
    return form.notice(visit.text, "rules.title", "administration.refused")
