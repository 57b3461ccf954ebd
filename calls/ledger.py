"""Every change of a call is written here, and all that waits is written in one transaction.

While one transaction is being committed, what is asked for meanwhile gathers for the next: alone,
a change waits for nobody, and a hundred at once cost about as much as one. What has become due by
it is taken by the worker in the same transaction.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import jobs, metrics, store
from calls.audit import Deed
from calls.clock import now
from calls.database import Database
from calls.errors import DatabaseAway
from calls.jobs import Job, Wish
from calls.model import Call
from calls.page import Change, Changed, Page, Result
from calls.settings import Settings

MOST = 256  # in one transaction
SOON = timedelta(seconds=1)

T = TypeVar("T")
Unit = Callable[[AsyncConnection, Page], Awaitable[T]]
"""Something else to be written; what may not be it says before it writes anything."""

Task = tuple[Job, Call]


class Taker(Protocol):
    """Who does the jobs."""

    def wish(self, returned: Collection[int]) -> Wish:
        """Tell what can be taken now that some jobs have been returned."""

    def start(self, tasks: list[Task]) -> None:
        """Begin with jobs that have been taken."""


class Ledger:
    """Write changes and whatever else; ``work`` is set where the taker should look by itself."""

    taker: Taker | None = None

    def __init__(self, database: Database, settings: Settings, work: asyncio.Event) -> None:
        self._database = database
        self._settings = settings
        self._work = work
        self._waiting: list[_Entry] = []
        self._writer: asyncio.Task[None] | None = None

    async def change(self, reference: str, change: Change, deed: Deed | None = None) -> Changed:
        """Change a call; raise ``TooLate`` where there is none, or whatever the change raises.

        A person's ``deed`` stands in the audit log, where it changes anything.
        """
        entry = _Entry(reference=reference, result=Result(change=change, deed=deed))
        return cast("Changed", await self._written(entry))

    async def note(self, job: Job, result: Result) -> Changed:
        """Write what a job has done, and what follows."""
        entry = _Entry(reference=job.call, result=result, job=job)
        return cast("Changed", await self._written(entry))

    async def run(self, unit: Unit[T], reference: str = "") -> T:
        """Carry out a unit, and return what it returns once that is committed.

        Where it is about a call, its ``reference`` lets the page hold that.
        """
        return cast("T", await self._written(_Entry(unit=unit, reference=reference)))

    async def take(self) -> None:
        """Let the taker have what is due, where nothing else is written."""
        await self._written(_Entry(looks=True))

    async def close(self) -> None:
        """Wait until what is being written is written."""
        if self._writer:
            await asyncio.wait({self._writer})  # who waits may be cancelled, the writer not

    async def _written(self, entry: "_Entry") -> object:
        """Wait for an entry; ``CommitUnknown`` where nobody knows whether it was written."""
        self._waiting.append(entry)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await entry.answer

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._commit(batch)
        finally:
            self._writer = None

    async def _commit(self, batch: list["_Entry"]) -> None:
        written = _Written()
        try:
            async with self._database.write() as connection:
                await self._carry_out(connection, batch, written)
        except Exception as fault:  # noqa: BLE001 - whoever asked is told
            if len(batch) > 1 and not _is_away(fault):
                middle = len(batch) // 2
                for half in (batch[:middle], batch[middle:]):  # one cannot be written: others can
                    await self._commit(half)
            else:
                for entry in batch:
                    entry.fault = fault
                    entry.settle()
            return
        for entry in batch:
            if isinstance(entry.outcome, Changed) and not entry.fault:
                metrics.moved(*entry.outcome)
            entry.settle()
        if self.taker and written.taken:
            self.taker.start(written.taken)
        if written.look:
            self._work.set()

    async def _carry_out(
        self, connection: AsyncConnection, batch: list["_Entry"], written: "_Written"
    ) -> None:
        names = {entry.reference for entry in batch if entry.reference}
        page = Page(await store.lock(connection, names), self._settings, now())
        for entry in batch:
            await entry.carry_out(connection, page)
        await page.write(connection)
        if any(entry.looks for entry in batch) or any(due <= page.now for due in page.due):
            await self._take(connection, page, written)
        written.look |= any(page.now < due <= page.now + SOON for due in page.due)

    async def _take(self, connection: AsyncConnection, page: Page, written: "_Written") -> None:
        """Lease to the taker what is due: it becomes its own together with the rest."""
        if self.taker is None:
            return
        wish = self.taker.wish(page.returned)
        if wish.most:
            taken = await jobs.take(connection, wish, now())
            others = {job.call for job in taken}.difference(page.calls)
            calls = page.calls | await store.get_all(connection, others)
            written.taken = [(job, calls[job.call]) for job in taken]
        written.look = len(written.taken) == wish.most


@dataclass
class _Written:
    """What a transaction leaves to be done: jobs that were taken, and whether to look for more."""

    taken: list[Task] = field(default_factory=list)
    look: bool = False


@dataclass
class _Entry:
    """What somebody wants written; ``answer`` has its outcome once that is committed.

    So has it what speaks against writing it: by then all that was written before can be read.
    """

    unit: Unit[Any] | None = None
    reference: str = ""
    result: Result | None = None
    job: Job | None = None
    looks: bool = False
    outcome: Any = None
    fault: Exception | None = None
    answer: asyncio.Future[Any] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    async def carry_out(self, connection: AsyncConnection, page: Page) -> None:
        """Make the change on a page, or carry the unit out."""
        self.fault = None
        try:
            if self.result:
                self.outcome = page.enter(self.reference, self.result, self.job)
            if self.unit:
                self.outcome = await self.unit(connection, page)
        except (SQLAlchemyError, OSError):
            raise
        except Exception as fault:  # noqa: BLE001 - nothing of it is written, and who asked is told
            self.fault = fault

    def settle(self) -> None:
        """Tell what came of it, unless nobody waits any more."""
        if self.answer.done():
            return
        if self.fault:
            self.answer.set_exception(self.fault)
        else:
            self.answer.set_result(self.outcome)


def _is_away(fault: Exception) -> bool:
    """Tell whether the database as a whole does not answer, or only refuses what it was given."""
    cause = fault.__cause__
    refused = isinstance(cause, StatementError) and not (
        isinstance(cause, (InterfaceError, OperationalError))
        or (isinstance(cause, DBAPIError) and cause.connection_invalidated)
    )
    return isinstance(fault, DatabaseAway) and not refused
