"""Favourites: saved from the form, listed, used and deleted by the person whose they are."""

import logging
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import drafts, favourites
from calls.errors import DatabaseAway, NotAllowed, Reason
from calls.order import Draft, Filled
from handlers import grammar, offer, window
from handlers.desk import AT_ONCE, Visit
from handlers.window import View
from views import favourites as face
from views import form, form_actions
from views.form import Form

log = logging.getLogger(__name__)

NAMED = 0.5  # seconds in which a command's favourite is looked for


def register(app: AsyncApp) -> None:
    """Register how they are saved, used and deleted."""
    app.action(form_actions.SAVE)(name)
    app.view(face.CALLBACK)(save)
    app.action(face.USE)(use)
    app.action(face.DELETE)(delete)


async def name(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Keep the filled form, and ask for its name."""
    await ack()
    await window.show(window.push, body, visit, partial(_kept, body["view"]))


async def _kept(view: View, visit: Visit) -> View:
    draft, shown = drafts.fresh(), form.read(view)
    filled = Filled(draft=shown.draft, channel=shown.channel)
    try:
        await visit.desk.switchboard.drafts.keep(draft, visit.team, visit.person, filled)
    except DatabaseAway:
        log.warning("The database did not keep a filled form")
        return form.notice(visit.text, "favourites.title", "not_noted.reading")
    return face.ask(draft, visit.text)


async def save(ack: AsyncAck, view: View, visit: Visit) -> None:
    """Save the form that was kept under the name that was typed, then acknowledge."""
    draft = view.get("private_metadata") or ""
    try:
        called = favourites.called(face.read(view), grammar.VERBS)
        async with visit.desk.switchboard.database.in_time():
            filled = await visit.desk.switchboard.drafts.get(draft, visit.team, visit.person)
            told = await _saved(called, filled, visit)
    except NotAllowed as fault:
        wrong = " ".join(visit.text.reason(reason) for reason in fault.reasons)
        await ack(response_action="errors", errors={face.NAME: wrong})
    else:
        await ack(response_action="update", view=told)


async def _saved(called: str, filled: Filled | None, visit: Visit) -> View:
    if filled is None:
        return form.notice(visit.text, "favourites.title", "favourites.unsaved")
    if not await visit.desk.switchboard.favourites.save(visit.team, visit.person, called, filled):
        most = {"most": str(favourites.MOST)}
        raise NotAllowed([Reason(key="refused.favourite.many", values=most)])
    return face.saved(called, visit.text)


async def named(text: str, visit: Visit) -> Form | None:
    """Return the form of the favourite that a command names, for whom it names behind it."""
    if text.partition(" ")[0].lower() in grammar.VERBS:
        return None
    async with visit.desk.switchboard.database.in_time(NAMED):
        known = await visit.desk.switchboard.favourites.of(visit.team, visit.person)
    found = favourites.named_first(text, known)
    return _form(found[0].filled, grammar.whom(found[1])) if found else None


def _form(filled: Filled, whom: Draft) -> Form:
    draft = filled.draft.having(number=whom.number, name=whom.name)
    return Form(draft=draft, channel=filled.channel)


async def listed(visit: Visit, *, instead: bool = False) -> None:
    """Tell a person which favourites they have."""
    visit = await visit.in_their_language(within=AT_ONCE)
    switchboard = visit.desk.switchboard
    found = await switchboard.favourites.of(visit.team, visit.person)
    workspace = await switchboard.workspaces.newest(visit.team)
    directory = workspace.directory.or_settings(visit.desk.settings)
    await visit.tell(face.listed(found, directory, visit.text), instead=instead)


async def use(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], visit: Visit) -> None:
    """Open the form, filled in with a favourite."""
    await ack()
    await window.show(window.open_, body, visit, partial(_used, action.get("value") or ""))


async def _used(key: str, visit: Visit) -> View:
    try:
        found = await visit.desk.switchboard.favourites.get(visit.team, visit.person, key)
    except DatabaseAway:
        log.warning("The database did not tell a favourite")
        return form.notice(visit.text, "form.loading_title", "not_noted.reading")
    if found is None:
        return form.notice(visit.text, "form.loading_title", "favourites.gone")
    shown = _form(found.filled, Draft()).having(response_url=visit.response_url)
    return offer.drawn(visit, shown, await offer.newest(visit, shown))


async def delete(ack: AsyncAck, action: dict[str, Any], visit: Visit) -> None:
    """Delete a favourite, and list those that are left instead."""
    await ack()
    await visit.desk.switchboard.favourites.delete(
        visit.team, visit.person, action.get("value") or ""
    )
    await listed(visit, instead=True)
