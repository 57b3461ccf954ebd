"""Assistants and numbers in windows; every gesture asks anew whether its person administers."""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls.directory import Directory
from calls.errors import DatabaseAway, TooLate
from handlers import window
from handlers.desk import Visit
from handlers.window import Body, Open, View
from views import assistant, caller, directory, entry, variable
from views.text import Text

log = logging.getLogger(__name__)

TRIES = 3  # each is overtaken only by a change that somebody else has made

Draw = Callable[[Directory, Text], View]


def register(app: AsyncApp) -> None:
    """Register the windows that open."""
    app.action(directory.OPEN)(opened)
    for action in (directory.EARLIER, directory.LATER):
        app.action(action)(turned)
    for action in (directory.ADD_CALLER, directory.EDIT_CALLER):
        app.action(action)(caller_opened)
    for action in (directory.ADD_ASSISTANT, directory.EDIT_ASSISTANT):
        app.action(action)(assistant_opened)


async def opened(ack: AsyncAck, body: Body, visit: Visit) -> None:
    """Open the directory, from App Home."""
    await ack()
    await show(window.open_, body, visit, directory.render)


async def turned(ack: AsyncAck, action: Body, body: Body, visit: Visit) -> None:
    """Turn to another page of the directory."""
    await ack()
    page = int(action["value"])
    await fill(visit, body["view"], lambda found, text: directory.render(found, text, page))


async def caller_opened(ack: AsyncAck, action: Body, body: Body, visit: Visit) -> None:
    """Open a caller ID, or the window in which one is described."""
    await ack()
    page = entry.kept(body["view"]).page

    def drawn(found: Directory, text: Text) -> View:
        uuid = action.get("value")
        one = found.caller_id(uuid) if uuid else caller.NEW
        if one is None:
            return entry.notice(text, "entry.gone")
        return caller.render(one, caller.opened(one, page), text)

    await show(window.push, body, visit, drawn)


async def assistant_opened(ack: AsyncAck, action: Body, body: Body, visit: Visit) -> None:
    """Open an assistant, or the window in which one is described."""
    await ack()
    page = entry.kept(body["view"]).page

    def drawn(found: Directory, text: Text) -> View:
        uuid = action.get("value")
        one = found.assistant(uuid) if uuid else assistant.new(found, text)
        if one is None:
            return entry.notice(text, "entry.gone")
        return assistant.render(one, found, assistant.opened(one, page), text)

    await show(window.push, body, visit, drawn)


async def variable_opened(key: str, body: Body, visit: Visit) -> None:
    """Open a variable of the assistant in whose window that was asked for; no key: a new one."""
    remembers = entry.kept(body["view"])

    def drawn(found: Directory, text: Text) -> View:
        whose = found.assistant(remembers.uuid)
        one = (whose.variable(key) if key else variable.NEW) if whose else None
        if one is None:
            return entry.notice(text, "entry.gone")
        return variable.render(one, variable.opened(one, remembers), text)

    await show(window.push, body, visit, drawn)


async def show(how: Open, body: Body, visit: Visit, draw: Draw) -> None:
    """Open a window at once, and fill it with what the database knows."""
    await window.show(how, body, visit, partial(_drawn, draw), directory.loading)


async def fill(visit: Visit, shown: View, draw: Draw) -> None:
    """Draw the directory as it is into a window, for an administrator."""
    await window.fill(visit, shown, await _drawn(draw, visit))


async def _drawn(draw: Draw, visit: Visit) -> View:
    if not await visit.administers():
        return entry.notice(visit.text, "entry.not_let_in")
    try:
        workspace = await visit.desk.switchboard.workspaces.get(visit.team)
    except DatabaseAway:
        log.warning("The database did not tell the directory")
        return entry.notice(visit.text, "not_noted.reading")
    return draw(workspace.directory, visit.text)


async def change(visit: Visit, edit: Callable[[Directory], Directory]) -> Directory:
    """Change the directory as it is now; raises ``DatabaseAway`` and whatever ``edit`` does."""
    workspaces = visit.desk.switchboard.workspaces
    for _ in range(TRIES):
        newest = await workspaces.get(visit.team)
        after = edit(newest.directory)
        if after == newest.directory:
            return after
        with suppress(TooLate):
            await workspaces.change(
                visit.team,
                newest.version,
                lambda before, after=after: before.having(directory=after),  # type: ignore[misc]
                visit.person,
                visit.place,
            )
            return after
    raise DatabaseAway


async def below(visit: Visit, view: View, found: Directory) -> None:
    """Draw the windows anew that lie below one: the list, and a variable's assistant."""
    remembers, text = entry.kept(view), visit.text
    root, previous = view.get("root_view_id"), view.get("previous_view_id")
    one = found.assistant(remembers.uuid)
    if previous and previous != root and one:
        seen = assistant.opened(one, remembers.page).having(mark=remembers.above)
        await window.fill(visit, {"id": previous}, assistant.render(one, found, seen, text))
    if root and root != view["id"]:
        listed = directory.render(found, text, remembers.page)
        await window.fill(visit, {"id": root}, listed)
