"""Who looks at their Home sees what changes: the worker tells here of each call that it was at."""

import asyncio
import logging
import time

from calls.errors import DatabaseAway
from calls.jobs import Job
from calls.model import Call
from calls.page import Result
from calls.roll import Viewer
from calls.worker import Runner
from handlers.desk import Desk, Visit
from views.text import Text

log = logging.getLogger(__name__)

BETWEEN = 1.0  # seconds between two looks at who looks
NOBODY = 3.0  # the same after a look that found nobody

Change = tuple[str, str, str, str | None]  # a call's team, conversation, who asked, who sees to it


class Watch:
    """Draw the Home of those whom changes concern; while no call changes, nobody is looked for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._changed: set[Change] = set()
        self._next = 0.0  # on the monotonic clock
        self._task: asyncio.Task[None] | None = None

    def beside(self, runner: Runner) -> Runner:
        """Return a job's coroutine that tells of its call; neither waits for the other."""

        async def run(job: Job, call: Call) -> Result:
            try:
                return await runner(job, call)
            finally:
                self.told(call)

        return run

    def told(self, call: Call) -> None:
        """Hear that a call has changed."""
        self._changed.add((call.team, call.channel, call.asked_by, call.assigned_to))
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Hear nothing more."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            while self._changed:
                await asyncio.sleep(max(0.0, self._next - time.monotonic()))
                changed, self._changed = self._changed, set()
                found = await self._viewers(changed)
                self._next = time.monotonic() + (BETWEEN if found else NOBODY)
                for viewer in found:
                    if any(self._concerns(change, viewer) for change in changed):
                        self._draw(viewer)
        finally:
            self._task = None

    async def _viewers(self, changed: set[Change]) -> list[Viewer]:
        roll = self._desk.switchboard.roll
        try:
            return await roll.viewers({change[0] for change in changed})
        except DatabaseAway:
            log.warning("The database did not tell who looks at Home")
            self._changed |= changed
            return []

    def _concerns(self, change: Change, viewer: Viewer) -> bool:
        team, channel, asked_by, assigned_to = change
        if team != viewer.team:
            return False
        if assigned_to == viewer.person:
            return True
        if not viewer.shown.concerns(channel, asked_by, viewer.person):
            return False
        known = self._desk.homes.memberships.known((team, viewer.person))
        return asked_by == viewer.person or known is None or channel in known

    def _draw(self, viewer: Viewer) -> None:
        text = Text(self._desk.languages.known(viewer.team, viewer.person))
        self._desk.homes.soon(Visit(self._desk, viewer.team, viewer.person, text, None))
