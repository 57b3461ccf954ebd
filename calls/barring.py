"""Numbers are put on the do-not-call list and taken off it; calls that wait for one are refused."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import audit, do_not_call, store
from calls.audit import Action, Deed
from calls.clock import now
from calls.database import Database
from calls.do_not_call import Added, Entry, Listing
from calls.errors import Reason, TooLate
from calls.ledger import Ledger
from calls.model import Call
from calls.status import Status

UNDO_WITHIN = timedelta(minutes=5)
UNDONE = "undone"  # why an entry was removed that its own author took back
LISTED = Reason(key="refused.number.do_not_call", field="number")


class Barring:
    """Read and change the do-not-call lists; everything raises ``DatabaseAway``.

    What was written may be there then; to repeat it does no harm.
    """

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    async def add(
        self, team: str, entries: Sequence[Entry], by: str = "", place: str = ""
    ) -> Added:
        """Put numbers on the list, all or none; one that is there already keeps its entry.

        ``by`` is who does so where an entry may name somebody else, who once wrote it.
        """
        wanted = do_not_call.once(entries)
        async with self._changing(team) as connection:
            there = await do_not_call.listed(connection, team, list(wanted))
            new = [number for number in wanted if number not in there]
            await do_not_call.add(connection, team, [wanted[number] for number in new])
            noted = await do_not_call.listed(connection, team, new)
            if new:
                deed = _added(by or wanted[new[0]].added_by, place, new)
                number = new[0] if len(new) == 1 else ""
                await audit.note(connection, [audit.row(team, deed, now(), number=number)])
        return Added(
            new=tuple(noted[number] for number in new),
            there=tuple(there.values()),
            stopped=await self._refuse(team),
        )

    async def _refuse(self, team: str) -> int:
        """Refuse at once the calls that nobody would dial at their hour; their threads say why."""
        async with self._database.read() as connection:
            found = await do_not_call.waiting(connection, team)
        moves = [self._ledger.change(reference, _barred) for reference in found]
        moved = await asyncio.gather(*moves)
        return sum(one.before.status is Status.QUEUED for one in moved)

    async def remove(
        self, team: str, number: str, by: str, why: str, place: str = ""
    ) -> Entry | None:
        """Let a number be called again, and return its entry; ``None`` where there is none."""
        async with self._changing(team) as connection:
            entry = (await do_not_call.listed(connection, team, [number])).get(number)
            if entry:
                await self._remove(connection, team, number, why, _removed(by, place))
            return entry

    async def undo(self, team: str, number: str, by: str, place: str = "") -> None:
        """Take back what a person has just added; raise ``TooLate`` where that is not so."""
        async with self._changing(team) as connection:
            entry = (await do_not_call.listed(connection, team, [number])).get(number)
            if entry is None or entry.added_by != by or now() > entry.added_at + UNDO_WITHIN:
                raise TooLate
            await self._remove(connection, team, number, UNDONE, _removed(by, place))

    async def _remove(
        self, connection: AsyncConnection, team: str, number: str, why: str, deed: Deed
    ) -> None:
        at = now()
        await do_not_call.remove(connection, team, number, by=deed.by, at=at, why=why)
        await audit.note(connection, [audit.row(team, deed, at, number=number)])

    async def entry(self, team: str, number: str) -> Entry | None:
        """Return the entry of a number that is on the list."""
        async with self._database.read() as connection:
            return (await do_not_call.listed(connection, team, [number])).get(number)

    async def listed(self, team: str, numbers: Sequence[str]) -> dict[str, Entry]:
        """Return the entries of those numbers that are on the list."""
        async with self._database.read() as connection:
            return await do_not_call.listed(connection, team, numbers)

    async def search(self, team: str, sought: str, first: int, most: int) -> Listing:
        """Return the newest entries in which something stands, from some entry on."""
        async with self._database.read() as connection:
            total, entries = await do_not_call.search(connection, team, sought, first, most)
            if total and first >= total:  # entries were removed meanwhile: the last page
                first = (total - 1) // most * most
                total, entries = await do_not_call.search(connection, team, sought, first, most)
        return Listing(entries=tuple(entries), total=total, first=first, sought=sought)

    async def everything(self, team: str) -> list[Entry]:
        """Return the whole list, the oldest entry first."""
        async with self._database.read() as connection:
            return await do_not_call.everything(connection, team)

    @asynccontextmanager
    async def _changing(self, team: str) -> AsyncIterator[AsyncConnection]:
        """Give a transaction during which nobody else changes the workspace's list."""
        async with self._database.write() as connection:
            await store.reserve(connection, team, "do-not-call")
            yield connection


def _added(by: str, place: str, numbers: Sequence[str]) -> Deed:
    told = {} if len(numbers) == 1 else {"numbers": str(len(numbers))}
    return Deed(action=Action.DO_NOT_CALL_ADDED, by=by, place=place, told=told)


def _removed(by: str, place: str) -> Deed:
    return Deed(action=Action.DO_NOT_CALL_REMOVED, by=by, place=place)


def _barred(call: Call) -> Call:
    return call.barred((LISTED,))
