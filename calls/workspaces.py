"""Workspaces in the database, and as they were last read in memory: a form waits for neither."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import cache, partial

from sqlalchemy import Executable, Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import audit, tables
from calls.audit import Action, Deed
from calls.clock import now
from calls.database import Database
from calls.errors import TooLate
from calls.rules import Stop
from calls.workspace import Workspace

log = logging.getLogger(__name__)

FRESH = 1.0  # seconds for which nobody looks again
READ = 0.5  # seconds in which a form waits for the newest; then it shows what was known last

table = tables.workspaces


class Workspaces:
    """Read and change workspaces; each is read anew only where its version has moved."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Workspace] = {}
        self._looked: dict[str, float] = {}  # on the monotonic clock
        self._reading: dict[str, asyncio.Task[Workspace]] = {}

    async def load(self) -> None:
        """Read all workspaces."""
        async with self._database.read() as connection:
            for row in await connection.execute(select(table)):
                self._known[row.team] = _workspace(row)

    def known(self, team: str) -> Workspace:
        """Return a workspace as it was last read."""
        return self._known.get(team, Workspace())

    async def teams(self) -> list[str]:
        """Return the workspaces that the database knows: by a change, else by calls or people."""
        async with self._database.read() as connection:
            for known in (table, tables.calls, tables.people):
                found = await connection.execute(select(known.c.team).distinct())
                if teams := sorted(found.scalars()):
                    return teams
        return []

    async def newest(self, team: str, within: float = READ) -> Workspace:
        """Return a workspace as it was a second ago, or last read if that is not told in time.

        What is told later is known to the next one.
        """
        if time.monotonic() - self._looked.get(team, -FRESH) < FRESH:
            return self.known(team)
        if team not in self._reading:
            self._reading[team] = asyncio.create_task(self.get(team))
            self._reading[team].add_done_callback(partial(self._read_again, team))
        await asyncio.wait({self._reading[team]}, timeout=within)
        return self.known(team)

    def _read_again(self, team: str, task: asyncio.Task[Workspace]) -> None:
        del self._reading[team]
        if not task.cancelled() and (fault := task.exception()):
            log.warning("The database did not tell the rules", extra={"error": str(fault)})

    async def close(self) -> None:
        """Wait until what is being read is read."""
        if self._reading:
            await asyncio.wait(self._reading.values())

    async def get(self, team: str) -> Workspace:
        """Return a workspace as it is; raises ``DatabaseAway``."""
        async with self._database.read() as connection:
            version = (await connection.execute(VERSION, {"team": team})).scalar()
            return await self.at(connection, team, version or 0)

    async def at(self, connection: AsyncConnection, team: str, version: int) -> Workspace:
        """Return a workspace whose version is known, from memory where that is the newest."""
        found = self.known(team)
        if found.version != version:
            found = _workspace((await connection.execute(NEWEST, {"team": team})).one())
        return self._seen(team, found)

    def _seen(self, team: str, found: Workspace) -> Workspace:
        """Remember a workspace as it is now: who has changed it sees that at once."""
        self._known[team], self._looked[team] = found, time.monotonic()
        return found

    async def change(
        self,
        team: str,
        version: int,
        change: Callable[[Workspace], Workspace],
        by: str,
        place: str = "",
    ) -> Workspace:
        """Change the workspace that was seen in some version; ``TooLate`` where it has moved."""
        async with self._database.write() as connection:
            before = await self._locked(connection, team)
            if before.version != version:
                raise TooLate
            after = await self._write(connection, team, change(before), by)
            await self._note(connection, team, audit.changes(before, after, by, place))
        return self._seen(team, after)

    async def stop(self, team: str, by: str, place: str = "") -> Workspace:
        """Stop all dialling, at once, for every door and every process."""
        deed = Deed(action=Action.STOPPED, by=by, place=place)
        return await self._stopped(team, Stop(by=by, at=now()), deed)

    async def resume(self, team: str, by: str, place: str = "") -> Workspace:
        """Dial again."""
        return await self._stopped(team, None, Deed(action=Action.RESUMED, by=by, place=place))

    async def _stopped(self, team: str, stopped: Stop | None, deed: Deed) -> Workspace:
        async with self._database.write() as connection:
            before = await self._locked(connection, team)
            after = before
            if bool(before.stopped) is not bool(stopped):
                after = before.having(stopped=stopped)
                after = await self._write(connection, team, after, deed.by)
                await self._note(connection, team, [deed])
        return self._seen(team, after)

    async def _note(self, connection: AsyncConnection, team: str, deeds: list[Deed]) -> None:
        await audit.note(connection, [audit.row(team, deed, now()) for deed in deeds])

    async def _locked(self, connection: AsyncConnection, team: str) -> Workspace:
        await self.begin(connection, team)
        statement = select(table).where(table.c.team == team).with_for_update()
        return _workspace((await connection.execute(statement)).one())

    async def begin(self, connection: AsyncConnection, team: str) -> None:
        """Make a workspace's row where there is none: only a row that is there can be held.

        On PostgreSQL it is there at once, whatever becomes of the transaction: whoever stood still
        in one that had made a row would hold up everybody else who needs that.
        """
        begin, empty = _begin(connection.dialect.name), _values(team, Workspace(), by="")
        if self._database.is_sqlite:
            await connection.execute(begin, empty)
            return
        async with self._database.read() as alone:
            await alone.execute(begin, empty)

    async def _write(
        self, connection: AsyncConnection, team: str, after: Workspace, by: str
    ) -> Workspace:
        after = after.having(version=after.version + 1)
        change = table.update().where(table.c.team == team).values(_values(team, after, by))
        await connection.execute(change)
        return after


VERSION = select(table.c.version).where(table.c.team == bindparam("team"))
NEWEST = select(table).where(table.c.team == bindparam("team"))


@cache
def _begin(dialect: str) -> Executable:
    return tables.insert_into(dialect, table).on_conflict_do_nothing()


def _workspace(row: Row[tuple[object, ...]]) -> Workspace:
    return Workspace.model_validate(
        {name: getattr(row, name) for name in Workspace.model_fields}, strict=False
    )


def _values(team: str, workspace: Workspace, by: str) -> dict[str, object]:
    found = workspace.model_dump(mode="json")
    return found | {"team": team, "changed_by": by, "changed_at": now()}
