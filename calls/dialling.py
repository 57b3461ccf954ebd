"""A workspace's dialling: all of it stopped and resumed, and whoever is next in line looked at."""

import asyncio
import logging

from calls import line
from calls.clock import now
from calls.database import Database
from calls.errors import DatabaseAway
from calls.status import Status
from calls.workspace import Workspace
from calls.workspaces import Workspaces

log = logging.getLogger(__name__)


class Dialling:
    """Stop and resume it; ``work`` is set whenever a call may be dialled again."""

    def __init__(self, database: Database, workspaces: Workspaces, work: asyncio.Event) -> None:
        self._database = database
        self._workspaces = workspaces
        self._work = work

    async def stop(self, team: str, by: str, place: str = "") -> Workspace:
        """Stop all of a workspace; what is noted as being dialled goes out."""
        async with self._database.in_time():
            return await self._workspaces.stop(team, by, place)

    async def resume(self, team: str, by: str, place: str = "") -> Workspace:
        """Dial again, at once what has waited."""
        async with self._database.in_time():
            resumed = await self._workspaces.resume(team, by, place)
            await self.wake(team)
        return resumed

    async def under_way(self, team: str) -> int:
        """Count the calls of a workspace for which AlloMia is being asked."""
        async with self._database.read() as connection:
            return await line.count(connection, team, Status.DIALLING)

    async def wake(self, team: str, most: int = line.EVERYBODY) -> None:
        """Let the first calls that wait be looked at now."""
        async with self._database.write() as connection:
            await line.wake(connection, team, now(), most)
        self._work.set()

    async def next_in_line(self, team: str) -> None:
        """Let those be looked at for whom there may be room on the line."""
        most = self._workspaces.known(team).rules.at_once
        if most is None:
            return
        try:
            await self.wake(team, most)
        except DatabaseAway:
            log.warning("Who is next in line was not called: they look by themselves")
