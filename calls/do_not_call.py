"""The do-not-call list of a workspace: plain statements on a connection that is handed in.

Nobody calls a number on it until an administrator removes the entry, which stays as a record.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    Row,
    bindparam,
    exists,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import tables
from calls.frozen import Frozen
from calls.status import Status
from calls.words import clean

LONGEST_REASON = 500  # characters
LONGEST_NAME = 32  # of who added an entry: Slack's id of a person, or a word
AT_ONCE = 500  # numbers in one statement
DIGITS = re.compile(r"[\s+().\-/]*(?:\d[\s+().\-/]*){3,}")  # at least three, and nothing else

table = tables.do_not_call
current = table.c.removed_at.is_(None)


class Entry(Frozen):
    """A number that nobody calls: why, and who put it there; ``id`` 0: not noted yet."""

    id: int = 0
    number: str
    reason: str = ""
    added_by: str
    added_at: datetime


class Added(Frozen):
    """What has become of numbers that were to be added."""

    new: tuple[Entry, ...] = ()
    there: tuple[Entry, ...] = ()
    """The entries that were there already: they stay as they are."""
    stopped: int = 0
    """How many calls were waiting for a number on the list, and are now refused."""


class Listing(Frozen):
    """A part of the list: entry number ``first`` (from 0) and some more, of ``total``."""

    entries: tuple[Entry, ...] = ()
    total: int = 0
    first: int = 0
    sought: str = ""


def reason(text: str) -> str:
    """Return a reason as it is kept: without what no screen should be given; lines stay."""
    return "\n".join(filter(None, map(clean, re.split(r"\r\n|[\r\n]", text))))


def entry(team: ColumnElement[str], number: ColumnElement[str]) -> Exists:
    """Ask whether a number may not be called."""
    return exists().where(table.c.team == team, table.c.number == number, current)


def once(entries: Sequence[Entry]) -> dict[str, Entry]:
    """Return the first entry of each number."""
    found: dict[str, Entry] = {}
    for one in entries:
        found.setdefault(one.number, one)
    return found


async def listed(
    connection: AsyncConnection, team: str, numbers: Sequence[str]
) -> dict[str, Entry]:
    """Return the entries of those numbers that are on the list."""
    found: dict[str, Entry] = {}
    for start in range(0, len(numbers), AT_ONCE):
        asked = {"team": team, "numbers": list(numbers[start : start + AT_ONCE])}
        found |= {row.number: _entry(row) for row in await connection.execute(LISTED, asked)}
    return found


LISTED = (
    select(table)
    .where(
        table.c.team == bindparam("team"),
        table.c.number.in_(bindparam("numbers", expanding=True)),
        current,
    )
    .order_by(table.c.id.desc())
)


async def add(connection: AsyncConnection, team: str, entries: Sequence[Entry]) -> None:
    """Note numbers that are not on the list."""
    if entries:
        rows = [one.model_dump(exclude={"id"}) | {"team": team} for one in entries]
        await connection.execute(insert(table), rows)


async def remove(
    connection: AsyncConnection, team: str, number: str, *, by: str, at: datetime, why: str
) -> None:
    """Take a number off the list; its entry stays as a record of who did so, when and why."""
    await connection.execute(
        update(table)
        .where(table.c.team == team, table.c.number == number, current)
        .values(removed_by=by, removed_at=at, removed_why=why)
    )


async def search(
    connection: AsyncConnection, team: str, sought: str, first: int, most: int
) -> tuple[int, list[Entry]]:
    """Count the entries in which something stands, and return some of them, the newest first."""
    which = (table.c.team == team, current, _holds(sought))
    total = await connection.execute(select(func.count()).select_from(table).where(*which))
    page = select(table).where(*which).order_by(table.c.id.desc()).offset(first).limit(most)
    return total.scalar_one(), [_entry(row) for row in await connection.execute(page)]


def _holds(sought: str) -> ColumnElement[bool]:
    if not sought:
        return true()
    if DIGITS.fullmatch(sought):  # a number is known by its last digits without its country too
        digits = re.sub(r"\D", "", sought)
        return table.c.number.contains(digits.lstrip("0") or digits)
    return table.c.reason.icontains(sought, autoescape=True)


async def everything(connection: AsyncConnection, team: str) -> list[Entry]:
    """Return the whole list, the oldest entry first."""
    statement = select(table).where(table.c.team == team, current).order_by(table.c.id)
    return [_entry(row) for row in await connection.execute(statement)]


async def waiting(connection: AsyncConnection, team: str) -> list[str]:
    """Return the references of the calls not dialled yet to numbers on the list."""
    calls = tables.calls
    statement = select(calls.c.reference).where(
        calls.c.team == team,
        calls.c.status == Status.QUEUED,
        calls.c.number.in_(select(table.c.number).where(table.c.team == team, current)),
    )
    return [row.reference for row in await connection.execute(statement)]


def _entry(row: Row[Any]) -> Entry:
    return Entry.model_validate({name: getattr(row, name) for name in Entry.model_fields})
