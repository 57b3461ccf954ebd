"""One entry of the directory in its window: saved, archived, moved, removed."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.models.blocks import Block

from calls import editing
from calls.directory import Assistant, CallerId, Directory, Variable
from calls.editing import Overtaken
from calls.errors import DatabaseAway, NotAllowed, Reason
from handlers import directory, window
from handlers.desk import AT_ONCE, Visit
from handlers.window import Body, View
from views import assistant, caller, entry, variable

log = logging.getLogger(__name__)

IN_TIME = 2.4  # seconds of Slack's three, in which a change is noted or given up

Edit = Callable[[Directory], Directory]
Newest = Callable[[Any], View]
Draw = Callable[[Directory, Sequence[Block]], View]


def register(app: AsyncApp) -> None:
    """Register what is saved and pressed in an entry's window."""
    app.view(caller.CALLBACK)(save_caller)
    app.view(assistant.CALLBACK)(save_assistant)
    app.view(variable.CALLBACK)(save_variable)
    for action in (caller.ARCHIVE, caller.RESTORE):
        app.action(action)(caller_archived)
    for action in (assistant.ARCHIVE, assistant.RESTORE):
        app.action(action)(assistant_archived)
    app.action(assistant.FIELD)(field)
    app.action(assistant.ADD_FIELD)(field_added)
    app.action(variable.REMOVE)(field_removed)
    app.action(variable.KIND)(kind_chosen)


async def save_caller(ack: AsyncAck, view: View, visit: Visit) -> None:
    """Save a caller ID."""
    seen, typed, text = entry.kept(view), caller.read(view), visit.text
    region = visit.desk.settings.default_region

    def theirs(newest: CallerId) -> View:
        mine, stored = caller.words(typed), caller.words(newest)
        above = entry.overtaken(mine, stored, caller.say(text), text)
        shown = typed.having(archived=newest.archived)
        return caller.render(shown, seen.having(mark=editing.mark(newest)), text, above)

    def edit(found: Directory) -> Directory:
        return editing.caller_id(found, typed, seen, region)

    saved = await _saved(ack, view, visit, edit, theirs)
    if saved:
        await ack()
        await directory.below(visit, view, saved)


async def save_assistant(ack: AsyncAck, view: View, visit: Visit) -> None:
    """Save an assistant; a new one stays open, so that it can be told what it needs."""
    seen, typed, text = entry.kept(view), assistant.read(view), visit.text

    def theirs(newest: Assistant) -> View:
        known = visit.desk.switchboard.workspaces.known(visit.team).directory
        mine, stored = (assistant.words(one, known, text) for one in (typed, newest))
        above = entry.overtaken(mine, stored, assistant.say(text), text)
        shown = typed.having(archived=newest.archived, variables=newest.variables)
        again = seen.having(mark=editing.mark(newest))
        return assistant.render(shown, known, again, text, above)

    saved = await _saved(
        ack, view, visit, lambda found: editing.assistant(found, typed, seen), theirs
    )
    if saved is None:
        return
    made = None if seen.uuid else saved.assistant(typed.uuid.strip())
    if made:
        await ack(response_action="update", view=assistant.made(made, saved, seen.page, text))
    else:
        await ack()
    await directory.below(visit, view, saved)


async def save_variable(ack: AsyncAck, view: View, visit: Visit) -> None:
    """Save what an assistant must be told."""
    seen, typed, text = entry.kept(view), variable.read(view), visit.text

    def theirs(newest: Variable) -> View:
        mine, stored = (variable.words(one, text) for one in (typed, newest))
        above = entry.overtaken(mine, stored, variable.say(text), text)
        return variable.render(typed, seen.having(mark=editing.mark(newest)), text, above)

    saved = await _saved(
        ack, view, visit, lambda found: editing.variable(found, typed, seen), theirs
    )
    if saved:
        await ack()
        await directory.below(visit, view, saved)


async def _saved(
    ack: AsyncAck, view: View, visit: Visit, edit: Edit, theirs: Newest
) -> Directory | None:
    """Note a change before Slack is answered; where it is not noted, answer why."""
    try:
        async with visit.desk.switchboard.database.in_time(IN_TIME):
            await _let_in(visit)
            return await directory.change(visit, edit)
    except NotAllowed as fault:
        reasons = fault.reasons
    except Overtaken as fault:
        if fault.newest is not None:
            await ack(response_action="update", view=theirs(fault.newest))
            return None
        reasons = (Reason(key="entry.gone"),)
    except DatabaseAway:
        log.warning("The directory was not changed in time")
        reasons = (Reason(key="entry.not_saved"),)
    told = entry.errors(reasons, view, visit.text)
    await ack(response_action="errors", errors=told)
    return None


async def _let_in(visit: Visit) -> None:
    if not await visit.administers():
        raise NotAllowed([Reason(key="entry.not_let_in")])


async def caller_archived(ack: AsyncAck, action: Body, body: Body, visit: Visit) -> None:
    """Archive a caller ID, or use it again."""
    await ack()
    view, archived = body["view"], action["action_id"] == caller.ARCHIVE
    seen = entry.kept(view)

    def drawn(found: Directory, above: Sequence[Block]) -> View:
        one = found.caller_id(seen.uuid)
        shown = caller.read(view).having(archived=one is not None and one.archived)
        return caller.render(shown, seen, visit.text, above)

    def edit(found: Directory) -> Directory:
        return editing.caller_id_archived(found, seen.uuid, archived=archived)

    await _pressed(visit, view, edit, drawn)


async def assistant_archived(ack: AsyncAck, action: Body, body: Body, visit: Visit) -> None:
    """Archive an assistant, or use it again."""
    await ack()
    seen, archived = entry.kept(body["view"]), action["action_id"] == assistant.ARCHIVE

    def edit(found: Directory) -> Directory:
        return editing.assistant_archived(found, seen.uuid, archived=archived)

    await _pressed(visit, body["view"], edit, _assistant(visit, body["view"]))


async def field(ack: AsyncAck, action: Body, body: Body, visit: Visit) -> None:
    """Edit a variable of an assistant, or move it up or down."""
    await ack()
    verb, key = assistant.pressed(action)
    if verb == assistant.EDIT:
        await directory.variable_opened(key, body, visit)
        return
    seen, places = entry.kept(body["view"]), 1 if verb == assistant.DOWN else -1

    def edit(found: Directory) -> Directory:
        return editing.moved(found, seen.uuid, key, places)

    await _pressed(visit, body["view"], edit, _assistant(visit, body["view"]))


async def field_added(ack: AsyncAck, body: Body, visit: Visit) -> None:
    """Open the window in which a variable is described."""
    await ack()
    await directory.variable_opened("", body, visit)


async def field_removed(ack: AsyncAck, body: Body, visit: Visit) -> None:
    """Remove a variable of an assistant."""
    await ack()
    view = body["view"]
    seen, typed = entry.kept(view), variable.read(view)

    def drawn(_: Directory, above: Sequence[Block]) -> View:
        if above:
            return variable.render(typed, seen, visit.text, above)
        return entry.notice(visit.text, "variable.removed", word=seen.key)

    await _pressed(visit, view, lambda found: editing.without(found, seen.uuid, seen.key), drawn)


async def kind_chosen(ack: AsyncAck, body: Body, visit: Visit) -> None:
    """Draw a variable with the fields that its kind has; what is typed stays."""
    await ack()
    view = body["view"]
    seen, typed = entry.kept(view), variable.read(view)
    await directory.fill(visit, view, lambda _, text: variable.render(typed, seen, text))


def _assistant(visit: Visit, view: View) -> Draw:
    """Return how an assistant is drawn anew, with what is typed in its window."""
    seen = entry.kept(view)

    def drawn(found: Directory, above: Sequence[Block]) -> View:
        one = found.assistant(seen.uuid)
        if one is None:
            return entry.notice(visit.text, "entry.gone")
        typed = assistant.read(view).having(archived=one.archived, variables=one.variables)
        return assistant.render(typed, found, seen, visit.text, above)

    return drawn


async def _pressed(visit: Visit, view: View, edit: Edit, draw: Draw) -> None:
    """Change the directory by a button, and draw the windows anew."""
    visit = await visit.in_their_language(within=AT_ONCE)
    if not await visit.administers():
        await window.fill(visit, view, entry.notice(visit.text, "entry.not_let_in"))
        return
    try:
        found = await directory.change(visit, edit)
    except Overtaken:
        await window.fill(visit, view, entry.notice(visit.text, "entry.gone"))
        return
    except (NotAllowed, DatabaseAway) as fault:
        reasons = [Reason(key="entry.not_saved")]
        if isinstance(fault, NotAllowed):
            reasons = list(fault.reasons)
        else:
            log.warning("The directory was not changed in time")
        known = visit.desk.switchboard.workspaces.known(visit.team).directory
        await window.fill(visit, view, draw(known, entry.refused(reasons, visit.text)))
        return
    await window.fill(visit, view, draw(found, ()))
    await directory.below(visit, view, found)
