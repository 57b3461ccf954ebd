"""What is read of the audit log, and what is noted in it that changes nothing else."""

from collections.abc import AsyncIterator
from datetime import datetime

from calls import audit
from calls.audit import Deed, Leaf, Mark, Row
from calls.clock import now
from calls.database import Database
from calls.model import Call

CHUNK = 1000  # rows that are read at once


class Trail:
    """Read the log and add to it; everything raises ``DatabaseAway``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, team: str, deed: Deed) -> None:
        """Note a deed before it is done: whoever reads something has been seen."""
        await self._note(audit.row(team, deed, now()))

    async def note_of(self, call: Call, deed: Deed) -> None:
        """Note before it is done what somebody does with a call, and what leaves it as it is."""
        await self._note(audit.of_call(call, deed, now()))

    async def _note(self, row: Row) -> None:
        async with self._database.write() as connection:
            await audit.note(connection, [row])

    async def newest(self, team: str, most: int) -> Leaf:
        """Return the last rows."""
        return await self.older(team, None, most)

    async def older(self, team: str, mark: Mark | None, most: int) -> Leaf:
        """Return the rows before a mark."""
        async with self._database.read() as connection:
            found = await audit.before(connection, team, mark, most + 1)
        return Leaf(rows=tuple(found[:most]), newer=mark is not None, older=len(found) > most)

    async def newer(self, team: str, mark: Mark, most: int) -> Leaf:
        """Return the rows after a mark; near the end of the log, the last ones."""
        async with self._database.read() as connection:
            found = await audit.after(connection, team, mark, None, most + 1)
        if len(found) <= most:
            return await self.newest(team, most)
        return Leaf(rows=tuple(reversed(found[:most])), newer=True, older=True)

    async def rows(self, team: str, since: datetime | None = None) -> AsyncIterator[list[Row]]:
        """Go through the log from the beginning, or from an instant on, some rows at a time."""
        mark = None
        while True:
            async with self._database.read() as connection:
                found = await audit.after(connection, team, mark, since, CHUNK)
            if not found:
                return
            yield found
            mark = Mark(at=found[-1].at, id=found[-1].id)
