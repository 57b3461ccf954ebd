"""The audit log: who did what, from where and when; plain statements on a connection handed in.

A row is written by the transaction of what it tells, so that neither is there without the other.
Rows are only ever added: the database itself refuses to change one or to take one away.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field
from sqlalchemy import Row as Found
from sqlalchemy import insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import tables
from calls.differences import written
from calls.directory import Assistant, CallerId
from calls.frozen import Frozen
from calls.model import Call
from calls.numbers import masked
from calls.rules_tables import table as rules_table
from calls.workspace import Workspace

HOME, WINDOW, SHORTCUT, COMMAND_LINE = "home", "window", "shortcut", "command line"
"""Places that are no conversation; who types on the server's command line goes by that name."""
MOST_NAMES = 20

Entry = Assistant | CallerId

table = tables.audit


class Action(StrEnum):
    """What somebody did."""

    PLACED = "placed"
    CANCELLED = "cancelled"
    MOVED = "moved"
    REVEALED = "revealed"
    REVEAL_REFUSED = "reveal_refused"
    ATTEMPTS_STOPPED = "attempts_stopped"
    CALLED_NOW = "called_now"
    ASSIGNED = "assigned"
    DONE = "done"
    REOPENED = "reopened"
    NOTED = "noted"
    FORGOTTEN = "forgotten"
    STOPPED = "stopped"
    RESUMED = "resumed"
    RULES_CHANGED = "rules_changed"
    DIRECTORY_CHANGED = "directory_changed"
    DO_NOT_CALL_ADDED = "do_not_call_added"
    DO_NOT_CALL_REMOVED = "do_not_call_removed"
    DO_NOT_CALL_EXPORTED = "do_not_call_exported"
    EXPORTED = "exported"


class Deed(Frozen):
    """What somebody does, and from where; ``told`` is what of it is worth a line, in few words."""

    action: Action
    by: str
    place: str = ""
    told: dict[str, str] = Field(default_factory=dict)


class Row(Frozen):
    """One line of the log; ``call`` is a reference, ``number`` masked. ``id`` 0: not noted yet."""

    id: int = 0
    team: str
    at: datetime
    by: str
    action: str
    call: str | None = None
    number: str | None = None
    place: str | None = None
    told: dict[str, str] | None = None


def row(team: str, deed: Deed, at: datetime, *, call: str = "", number: str = "") -> Row:
    """Write a deed down; of a ``number`` only the last digits."""
    return Row(
        team=team,
        at=at,
        by=deed.by,
        action=deed.action,
        call=call or None,
        number=masked(number) if number else None,
        place=deed.place or None,
        told=deed.told or None,
    )


def of_call(call: Call, deed: Deed, at: datetime) -> Row:
    """Write down what was done to a call; a trial call's number is its asker's own."""
    number = "" if call.trial else call.number
    return row(call.team, deed, at, call=call.reference, number=number)


def changes(before: Workspace, after: Workspace, by: str, place: str) -> list[Deed]:
    """Return what a change of a workspace is: of its rules, its directory, or both."""
    found = {
        Action.RULES_CHANGED: _rules(before, after),
        Action.DIRECTORY_CHANGED: _directory(before, after),
    }
    return [
        Deed(action=action, by=by, place=place, told=told) for action, told in found.items() if told
    ]


def _rules(before: Workspace, after: Workspace) -> dict[str, str]:
    old, new = rules_table(before.rules), rules_table(after.rules)
    return {
        key: f"{written(old.get(key))} → {written(new.get(key))}"
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    }


def _directory(before: Workspace, after: Workspace) -> dict[str, str]:
    """Name the entries that are not as they were, without the numbers of caller IDs."""
    old, new = before.directory, after.directory
    found = {
        "assistants": _names(old.assistants, new.assistants),
        "caller_ids": _names(old.caller_ids, new.caller_ids),
    }
    return {kind: names for kind, names in found.items() if names}


def _names(old: Sequence[Entry], new: Sequence[Entry]) -> str:
    before, after = ({one.uuid: one for one in entries} for entries in (old, new))
    moved = [one for one in before | after if before.get(one) != after.get(one)]
    names = [(before | after)[one].name or one for one in moved[:MOST_NAMES]]
    return ", ".join([*names, *("…" for _ in moved[MOST_NAMES : MOST_NAMES + 1])])


async def note(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Add rows, together with what else the transaction writes."""
    if rows:
        await connection.execute(insert(table), [one.model_dump(exclude={"id"}) for one in rows])


class Leaf(Frozen):
    """Some rows of the log, the newest first, and whether there are others beside them."""

    rows: tuple[Row, ...] = ()
    newer: bool = False
    older: bool = False


class Mark(Frozen):
    """A row's place in the log."""

    at: datetime
    id: int


NEWEST = select(table).order_by(table.c.at.desc(), table.c.id.desc())
OLDEST = select(table).order_by(table.c.at, table.c.id)
position = tuple_(table.c.at, table.c.id)


async def before(connection: AsyncConnection, team: str, mark: Mark | None, most: int) -> list[Row]:
    """Return the rows before a mark, or the last ones; the newest comes first."""
    statement = NEWEST.where(table.c.team == team).limit(most)
    if mark:
        statement = statement.where(table.c.at <= mark.at, position < (mark.at, mark.id))
    return [_row(found) for found in await connection.execute(statement)]


async def after(
    connection: AsyncConnection, team: str, mark: Mark | None, since: datetime | None, most: int
) -> list[Row]:
    """Return the rows after a mark, or the first ones ``since`` an instant; the oldest first."""
    statement = OLDEST.where(table.c.team == team).limit(most)
    if since:
        statement = statement.where(table.c.at >= since)
    if mark:
        statement = statement.where(table.c.at >= mark.at, position > (mark.at, mark.id))
    return [_row(found) for found in await connection.execute(statement)]


def _row(found: Found[Any]) -> Row:
    return Row.model_validate(found._asdict())
