"""What is known of a person is erased: of one number at once, and of each call after its time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import audit, erased, numbers, store, tables
from calls.agenda import Kind
from calls.audit import Action, Deed
from calls.clock import now
from calls.database import Database
from calls.erased import Found
from calls.ledger import Ledger
from calls.model import Call
from calls.order import Draft, Filled
from calls.rules import RETENTION
from calls.status import LIVE

AT_ONCE = 50  # calls, between two reports of how far it is

calls, jobs, listed = tables.calls, tables.jobs, tables.do_not_call
Whose = tuple[Any, tuple[str, ...]]  # a table, and the columns that name one of its rows

KEPT: dict[str, Whose] = {
    "drafts": (tables.drafts, ("id",)),
    "favourites": (tables.favourites, ("team", "person", "key")),
}


class Erasing:
    """Find and erase; everything raises ``DatabaseAway``, and to repeat it does no harm."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    async def found(self, team: str, number: str) -> Found:
        """Return what a workspace knows of a number."""
        async with self._database.read() as connection:
            known = await _calls(connection, team, number)
            kept = {name: await _kept(connection, name, team, number, known) for name in KEPT}
            counts = {
                "profiles": await _count(connection, _profiles(team, number)),
                "removed": await _count(connection, _entries(team, number, removed=True)),
                "listed": await _count(connection, _entries(team, number, removed=False)),
            }
        asks = to_forget(number).model_dump(mode="json")  # of a window that nobody has confirmed
        many = {name: sum(row.draft != asks for row in rows) for name, rows in kept.items()}
        return Found.model_validate(
            {"number": number, "calls": [*known.values()], **many, **counts}
        )

    async def forget(
        self,
        team: str,
        found: Found,
        by: str,
        so_far: Callable[[int], Awaitable[None]],
        place: str = "",
    ) -> Found:
        """Erase all of it, and tell ``so_far`` how many calls that were, now and then.

        Calls under way are erased as soon as they are over; those that wait are cancelled. Returns
        it with the calls that have come since, as attempts that follow do.
        """

        def forgotten(call: Call) -> Call:
            return call.having(to_erase=True).cancelled(erased.FORGOTTEN, by)

        done = 0
        while done < len(found.calls):
            names = found.references[done : done + AT_ONCE]
            await so_far(done)
            await asyncio.gather(*(self._ledger.change(name, forgotten) for name in names))
            done += len(names)
            if done == len(found.calls):
                async with self._database.read() as connection:
                    later = await _calls(connection, team, found.number, found.references)
                found = found.having(calls=(*found.calls, *later.values()))
        async with self._database.write() as connection:
            await self._clear(connection, team, found)
            deed = Deed(action=Action.FORGOTTEN, by=by, place=place, told=_told(found))
            row = audit.row(team, deed, now(), number=found.number)
            await audit.note(connection, [row])
        await self._database.scrub()
        return found

    async def _clear(self, connection: AsyncConnection, team: str, found: Found) -> None:
        """Erase what is not a call's; the do-not-call entry stays, without its words."""
        number = found.number
        known = {call.reference: call for call in found.calls}
        for name, (table, columns) in KEPT.items():
            for row in await _kept(connection, name, team, number, known):
                which = (table.c[column] == getattr(row, column) for column in columns)
                await connection.execute(delete(table).where(*which))
        await connection.execute(delete(tables.profiles).where(_profiles(team, number)))
        gone = _entries(team, number, removed=True)
        await connection.execute(delete(listed).where(gone))
        stays = _entries(team, number, removed=False)
        await connection.execute(update(listed).where(stays).values(reason=""))

    async def to_edit(self, references: Collection[str]) -> int:
        """Count the calls whose messages have yet to be edited."""
        waiting = and_(jobs.c.call.in_(list(references)), jobs.c.kind == Kind.ERASE)
        async with self._database.read() as connection:
            return await _count(connection, waiting)

    async def overdue(self, days: Mapping[str, int], at: datetime, most: int) -> list[str]:
        """Return calls whose time is over, the oldest first; ``days`` are workspaces' own."""
        own = [_over(team, at - timedelta(days=kept)) for team, kept in days.items()]
        usual = and_(
            calls.c.team.not_in(list(days)), calls.c.ended_at < at - timedelta(days=RETENTION)
        )
        statement = (
            select(calls.c.reference)
            .where(
                calls.c.erased_at.is_(None),
                calls.c.status.not_in(sorted(LIVE)),
                calls.c.ended_at < at - timedelta(days=min([*days.values(), RETENTION])),
                or_(*own, usual),
            )
            .order_by(calls.c.ended_at)
            .limit(most)
        )
        async with self._database.read() as connection:
            return [row.reference for row in await connection.execute(statement)]

    async def expire(self, reference: str) -> None:
        """Erase a call whose time is over, unless it goes on again."""
        await self._ledger.change(
            reference, lambda call: call if call.status.live else call.having(to_erase=True)
        )


async def _calls(
    connection: AsyncConnection, team: str, number: str, but: Collection[str] = ()
) -> dict[str, Call]:
    """Return the calls to a number that are not among some, by reference, the oldest first."""
    asked = select(calls.c.reference).where(calls.c.team == team, calls.c.number == number)
    names = {row.reference for row in await connection.execute(asked)}
    found = await store.get_all(connection, names.difference(but))
    return dict(sorted(found.items(), key=lambda one: one[1].placed_at))


def _told(found: Found) -> dict[str, str]:
    """Write down what there was: calls by their references, the rest by how many."""
    many = found.model_dump(include={"drafts", "favourites", "profiles", "removed"})
    counts = {name: str(number) for name, number in many.items() if number}
    return {"calls": " ".join(found.references)} | counts


def to_forget(number: str) -> Filled:
    """Write down which number is to be forgotten, to be kept while that is asked."""
    return Filled(draft=Draft(number=number))


def _over(team: str, until: datetime) -> Any:  # noqa: ANN401 - SQLAlchemy's own
    return and_(calls.c.team == team, calls.c.ended_at < until)


def _profiles(team: str, number: str) -> Any:  # noqa: ANN401
    return and_(tables.profiles.c.team == team, tables.profiles.c.number == number)


def _entries(team: str, number: str, *, removed: bool) -> Any:  # noqa: ANN401
    state = listed.c.removed_at.is_not(None) if removed else listed.c.removed_at.is_(None)
    return and_(listed.c.team == team, listed.c.number == number, state)


async def _count(connection: AsyncConnection, which: Any) -> int:  # noqa: ANN401
    return (await connection.execute(select(func.count()).where(which))).scalar_one()


async def _kept(
    connection: AsyncConnection, name: str, team: str, number: str, known: Collection[str]
) -> list[Any]:
    """Return the rows of filled forms that speak of a number, or repeat a call to it."""
    table, _ = KEPT[name]
    rows = await connection.execute(select(table).where(table.c.team == team))
    return [row for row in rows if _speaks(Filled.model_validate(row.draft), number, known)]


def _speaks(filled: Filled, number: str, known: Collection[str]) -> bool:
    draft = filled.draft
    words = (draft.number, draft.name, draft.variables, *draft.values.values())
    said = any(numbers.hidden(one, number) != one for one in words)
    return said or bool(draft.like and draft.like in known)
