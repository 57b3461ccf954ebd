"""What is kept of a call is erased once its time is over; any number of processes may see to it."""

import asyncio
import logging
from contextlib import suppress

from calls.clock import now
from calls.errors import DatabaseAway, TooLate
from calls.switchboard import Switchboard

log = logging.getLogger(__name__)

EVERY = 3600.0  # seconds between two rounds
BETWEEN = 4.0  # seconds between two calls: Slack lets few messages be edited in a minute
AT_ONCE = 100  # calls read at once


class Retention:
    """Go round as a task until it is cancelled."""

    def __init__(self, switchboard: Switchboard, between: float = BETWEEN) -> None:
        self._switchboard = switchboard
        self._between = between
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Go round from now on, at once for the first time."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Erase nothing more by itself."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        while True:
            try:
                await self.round()
            except DatabaseAway:
                log.warning("What is kept too long was not erased: the next round does it")
            except Exception:
                log.exception("What is kept too long was not erased: the next round does it")
            await asyncio.sleep(EVERY)

    async def round(self) -> None:
        """Erase every call whose time is over, one after the other, and old filled forms."""
        board = self._switchboard
        await board.drafts.expire()
        days = {team: await self._days(team) for team in await board.workspaces.teams()}
        while found := await board.erasing.overdue(days, now(), AT_ONCE):
            for reference in found:
                with suppress(TooLate):  # the call is no longer there
                    await board.erasing.expire(reference)
                await asyncio.sleep(self._between)

    async def _days(self, team: str) -> int:
        return (await self._switchboard.workspaces.get(team)).rules.days_kept
