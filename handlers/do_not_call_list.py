"""The do-not-call list in a window; each gesture asks anew whether the person administers it."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import do_not_call_file, numbers
from calls.audit import Action, Deed
from calls.clock import now
from calls.do_not_call import Entry, reason
from calls.errors import DatabaseAway, Reason
from handlers import window
from handlers.delivery import Later, Never
from handlers.desk import Visit
from handlers.window import View
from views import do_not_call, form
from views import do_not_call_list as face
from views.do_not_call_list import Place
from views.mrkdwn import Mrkdwn

SLACK = 0.8  # seconds in which Slack must say who administers, before a form is answered,
DATABASE = 1.2  # and in which the database must have done what it asks for: 0.8 go by beside


def register(app: AsyncApp) -> None:
    """Register the list and the windows on top of it."""
    app.action(do_not_call.OPEN)(open_)
    app.action(face.TURN)(turn)
    app.action(face.ADD)(add)
    app.action(face.REMOVE)(remove)
    app.action(face.EXPORT)(export)
    app.view(face.SEARCH)(searched)
    app.view(face.ADD)(added)
    app.view(face.REMOVE)(removed)


async def open_(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Open the list, from App Home or from the answer to ``/call dnc``."""
    await ack()
    await window.show(window.open_, body, visit, partial(_drawn, Place()))


async def turn(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Show newer or older entries."""
    await ack()
    there = face.place(body["view"]).having(first=int(action.get("value") or 0))
    await window.fill(visit, body["view"], await _drawn(there, visit))


async def _drawn(place: Place, visit: Visit) -> View:
    """Draw the list, if the person is an administrator."""
    if not await visit.administers():
        return form.notice(visit.text, "form.loading_title", "do_not_call.administrators")
    try:
        return await _list(place, visit)
    except DatabaseAway:
        return form.notice(visit.text, "form.loading_title", "not_noted.reading")


async def _list(place: Place, visit: Visit, told: Mrkdwn | None = None) -> View:
    board = visit.desk.switchboard.do_not_call
    found = await board.search(visit.team, place.sought, place.first, face.PER_PAGE)
    return face.render(found, visit.text, told)


async def searched(ack: AsyncAck, view: View, visit: Visit) -> None:
    """Show the entries in which something stands."""
    if not await visit.administers(SLACK):
        await _refused(ack, "sought", visit)
        return
    sought = face.typed(view, "sought").strip()
    async with visit.desk.switchboard.database.in_time(DATABASE):
        found = await _list(Place(sought=sought), visit)
    await ack(response_action="update", view=found)


async def add(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Ask for numbers, in a window on top."""
    await ack()
    asked = face.adding(face.place(body["view"]), visit.text)
    await window.push(visit, window.trigger(body), asked)


async def added(ack: AsyncAck, view: View, visit: Visit) -> None:
    """Put the numbers on the list, all or none; what is wrong is told beside the lines."""
    region, lines = visit.desk.settings.default_region, face.typed(view, "lines")
    found = do_not_call_file.read(lines, region, visit.person, now())
    faults = found.faults
    if not found.entries and not faults:
        missing = Reason(key="do_not_call.no_number")
        faults = (do_not_call_file.Fault(line=1, cell="", reason=missing),)
    if faults:
        await ack(response_action="errors", errors=face.errors(faults, visit.text))
        return
    if not await visit.administers(SLACK):
        await _refused(ack, "lines", visit)
        return
    why = reason(face.typed(view, "reason"))
    entries = [one if one.reason else one.having(reason=why) for one in found.entries]
    async with visit.desk.switchboard.database.in_time(DATABASE):
        done = await visit.desk.switchboard.do_not_call.add(
            visit.team, entries, visit.person, visit.place
        )
    await ack()
    await _beneath(view, Place(), visit, face.done(done, visit.text))


async def remove(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Ask why a number may be called again, in a window on top."""
    await ack()
    there = face.place(body["view"]).having(number=action.get("value") or "")
    asked = face.removing(there, visit.text)
    await window.push(visit, window.trigger(body), asked)


async def removed(ack: AsyncAck, view: View, visit: Visit) -> None:
    """Take the number off the list."""
    text, there, why = visit.text, face.place(view), reason(face.typed(view, "why"))
    if not why:
        errors = {"why": text("do_not_call.window.why_missing")}
        await ack(response_action="errors", errors=errors)
        return
    if not await visit.administers(SLACK):
        await _refused(ack, "why", visit)
        return
    board = visit.desk.switchboard.do_not_call
    async with visit.desk.switchboard.database.in_time(DATABASE):
        entry = await board.remove(visit.team, there.number, visit.person, why, visit.place)
    await ack()
    key = "do_not_call.said.removed" if entry else "do_not_call.not_listed"
    told = text.mrkdwn(key, number=numbers.spaced(there.number))
    await _beneath(view, there, visit, told)


async def export(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Send the list to the administrator's direct message with the app, if it is short."""
    await ack()
    if not await visit.administers():
        refused = form.notice(visit.text, "form.loading_title", "do_not_call.administrators")
        await window.fill(visit, body["view"], refused)
        return
    there = face.place(body["view"])
    deed = Deed(action=Action.DO_NOT_CALL_EXPORTED, by=visit.person, place=visit.place)
    await visit.desk.switchboard.trail.note(visit.team, deed)
    found = await visit.desk.switchboard.do_not_call.everything(visit.team)
    told = visit.text.mrkdwn(await _sent(found, visit), total=str(len(found)))
    await window.fill(visit, body["view"], await _list(there, visit, told))


async def _sent(entries: list[Entry], visit: Visit) -> str:
    """Send the list, and return the key of what is to be told about that."""
    sheets = do_not_call.sheets(entries, visit.text)
    if sheets is None:
        return "do_not_call.too_many"
    try:
        for sheet in sheets:
            await visit.desk.messages.post(sheet, visit.person)
    except (Later, Never):
        return "do_not_call.not_sent"
    return "do_not_call.window.sent"


async def _beneath(view: View, place: Place, visit: Visit, told: Mrkdwn) -> None:
    """Draw the list anew, now that the window on top of it is closed."""
    listed = await _list(place, visit, told)
    await window.fill(visit, {"id": view.get("root_view_id")}, listed)


async def _refused(ack: AsyncAck, field: str, visit: Visit) -> None:
    told = visit.text("do_not_call.administrators")
    await ack(response_action="errors", errors={field: told})
