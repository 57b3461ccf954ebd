"""What the form offers a person: from memory at once, and as the database knows it in time."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

from calls import choices, typed
from calls.choices import Choice
from calls.directory import Assistant, Directory
from calls.order import Draft
from calls.workspace import Workspace
from handlers.desk import Visit
from views import form, menus
from views.form import Asked, Form

NOBODY = Assistant(uuid="", name="")


class Basis(NamedTuple):
    """What a form is drawn from, beside what was typed: while it is the same, so is the form."""

    workspace: Workspace
    last: tuple[Choice, ...]
    language: str
    zone: str

    @classmethod
    def of(cls, visit: Visit, last: Sequence[Choice]) -> Self:
        """Return what is known at the moment."""
        workspace = visit.desk.switchboard.workspaces.known(visit.team)
        return cls(workspace, tuple(last), visit.text.language, visit.zone)


def directory(visit: Visit) -> Directory:
    """Return the workspace's directory as it was last read, or the settings'."""
    desk = visit.desk
    return desk.switchboard.workspaces.known(visit.team).directory.or_settings(desk.settings)


def known(visit: Visit, shown: Form) -> tuple[Choice, ...]:
    """Return what is in memory of the choices that the person made for a conversation."""
    channel = shown.channel or visit.person
    return visit.desk.switchboard.choices.known(visit.team, visit.person, channel)


async def newest(visit: Visit, shown: Form) -> tuple[Choice, ...]:
    """Read the directory and the choices, both within half a second; else memory must do."""
    board, channel = visit.desk.switchboard, shown.channel or visit.person
    _, last = await asyncio.gather(
        board.workspaces.newest(visit.team),
        board.choices.newest(visit.team, visit.person, channel),
    )
    return last


def filled_in(visit: Visit, shown: Form, last: Sequence[Choice]) -> Form:
    """Choose what the person has not, and give each value its place in the assistant's fields."""
    offered = directory(visit)
    draft = choices.proposed(shown.draft, offered, last, shown.channel or visit.person)
    assistant = menus.chosen(draft, offered) or NOBODY
    draft = typed.sorted_out(draft, assistant)
    if draft.like:  # what the earlier call was not told has no default either
        empty = dict.fromkeys((variable.key for variable in assistant.variables), "")
        draft = draft.having(values=empty | draft.values)
    shared = bool(visit.rules.shared_channels)
    return shown.having(draft=draft, mine=visit.zone or shown.mine, shared=shared)


def drawn(
    visit: Visit, shown: Form, last: Sequence[Choice], asked: Asked | None = None
) -> dict[str, Any]:
    """Draw the form, filled in."""
    return form.render(filled_in(visit, shown, last), visit.text, directory(visit), asked)


def for_another(visit: Visit, filled: Form, asked: Asked, last: Sequence[Choice]) -> dict[str, Any]:
    """Draw a form, whose assistant was changed, as the new one's; what was typed stays."""
    offered, before = directory(visit), filled.draft
    values = {key: value for key, value in before.values.items() if value}
    draft = before.having(values=values, phone_number_id="")
    draft = choices.proposed(draft, offered, last, filled.channel or visit.person)
    draft = draft.having(phone_number_id=draft.phone_number_id or before.phone_number_id)
    sorted_ = _into_fields(draft, offered)
    rewritten = sorted_.variables != before.variables
    shown = filled.having(draft=sorted_, rewritten=rewritten)
    return form.render(shown, visit.text, offered, asked)


def _into_fields(draft: Draft, offered: Directory) -> Draft:
    """Move free values into the fields of the assistant; values of another's are left behind."""
    assistant = menus.chosen(draft, offered) or NOBODY
    values = {key: value for key, value in draft.values.items() if assistant.variable(key)}
    return typed.sorted_out(draft.having(values=values), assistant)
