"""The one object that everything asks about calls: place, cancel, ring, read, note."""

import asyncio
import hashlib
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import agenda, figures, jobs, store
from calls.agenda import Kind
from calls.clock import now
from calls.database import Database
from calls.errors import Reason, TooLate
from calls.jobs import Job, Lease, Waiting
from calls.model import Call, Draft, Event, Frozen, Origin, Status
from calls.placing import Placing
from calls.settings import Settings

MOST_LISTED = 10
CLOCKS_DIFFER = timedelta(minutes=1)  # of the machine that a backup was made on, and this one

Task = tuple[Job, Call]
Change = Callable[[Call], Call]
"""A transition: given the newest state of a call, its next one (or the same)."""


class Result(Frozen):
    """What a job leaves behind: a change of its call, and when it is due again, if at all.

    Both are given the newest state of the call, under the lock of one transaction. ``failed``
    lets the pauses grow; ``doubtful`` keeps in mind that the effect may have happened.
    """

    change: Change = lambda call: call
    again: Callable[[Call], datetime | None] = lambda _call: None
    failed: bool = False
    doubtful: bool = False


DONE = Result()


class _Moved(NamedTuple):
    before: Call
    after: Call


class Switchboard:
    """Everything that is true of calls, kept in one database.

    ``work`` is set whenever a job may have become due.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.work = asyncio.Event()
        self._placing = Placing(database, settings, self.work)

    async def place(self, draft: Draft, origin: Origin) -> Call:
        """Note a call and its first job, at once or not at all; see ``Placing.place``."""
        return await self._placing.place(draft, origin)

    async def cancel(self, reference: str, team: str, by: str) -> Call:
        """Cancel a call that is not dialled yet; raise ``TooLate`` where it is."""

        def cancelled(call: Call) -> Call:
            if call.team != team or call.status is not Status.QUEUED:
                raise TooLate
            return call.cancelled(Reason(key="cancelled.by_person"), by)

        async with self.database.write() as connection:
            moved = await self._change(connection, reference, cancelled)
        self._moved(*moved)
        return moved.after

    async def look_again(self, reference: str, team: str) -> Call:
        """Ask AlloMia once more about an unknown call; raise ``TooLate`` where that is idle."""
        call = await self.call(reference, team)
        if call is None or call.status is not Status.UNKNOWN or not call.id_to_ask:
            raise TooLate
        async with self.database.write() as connection:
            await jobs.want(connection, reference, {Kind.CHECK: now()})
        self.work.set()
        return call

    async def restored(self) -> int:
        """Take what is here for a backup, and return how many calls that makes unknown.

        What was dialled, posted or told after the backup was made is not in it: nobody is dialled,
        and what may have been posted is looked for first.
        """
        async with self.database.write() as connection:
            found = await store.waiting(connection, now() + CLOCKS_DIFFER)
            for reference in found:
                await self._change(connection, reference, Call.restored)
            await jobs.doubt(connection)
        return len(found)

    async def ring(self, token: str, hinted_id: str | None) -> bool:
        """Take AlloMia's callback as a reason to look now; ``False`` for a token of no call.

        ``hinted_id`` is kept aside, for a call whose own answer never came.
        """
        async with self.database.read() as connection:
            known = await store.by_token(connection, _hash(token))
        if known is None or known.status.final:
            return known is not None
        async with self.database.write() as connection:
            call = await store.get(connection, known.reference, lock=True)
            if call is not None:
                rung = call.having(rung=call.rung + 1, hinted_id=hinted_id or call.hinted_id)
                await store.ring(connection, rung)
                await jobs.want(connection, call.reference, self._following(call, rung))
        self.work.set()
        return True

    async def call(self, reference: str, team: str) -> Call | None:
        """Return a workspace's call by its reference."""
        async with self.database.read() as connection:
            found = await store.get(connection, reference)
        return found if found and found.team == team else None

    async def history(self, reference: str) -> list[Event]:
        """Return a call's time line, oldest first."""
        async with self.database.read() as connection:
            return await store.history(connection, reference)

    async def latest(self, team: str, person: str) -> list[Call]:
        """Return the last calls that a person asked for, newest first."""
        async with self.database.read() as connection:
            return await store.latest(connection, team, person, MOST_LISTED)

    async def lease(self, lease: Lease, most: int, running: Collection[int]) -> list[Task]:
        """Take the jobs that are due, each with its call as it is now."""
        async with self.database.write() as connection:
            taken = await jobs.take(connection, lease, now(), most, running)
            if not taken:
                return []
            calls = await store.get_all(connection, {job.call for job in taken})
        return [(job, calls[job.call]) for job in taken]

    async def renew(self, lease: Lease, running: Collection[int]) -> None:
        """Keep jobs that take long from being taken over."""
        async with self.database.write() as connection:
            await jobs.renew(connection, lease, running)

    async def give_back(self, lease: str, running: Collection[int]) -> None:
        """Leave a lease's jobs to anybody, but for those still running."""
        async with self.database.write() as connection:
            await jobs.give_back(connection, lease, running)

    async def waiting(self) -> Waiting:
        """Count what is still to be done."""
        async with self.database.read() as connection:
            return await jobs.waiting(connection, now())

    async def next_due(self) -> datetime | None:
        """Return when the next job is due."""
        async with self.database.read() as connection:
            return await jobs.next_due(connection)

    async def intend(self, call: Call, token: str | None) -> Call | None:
        """Note the intent to dial: the only permission to send the request.

        ``None`` where the call is no longer as it was read.
        """
        async with self.database.write() as connection:
            dialling = await store.change(
                connection, call, call.dialling(token and _hash(token), now())
            )
            if dialling:
                await self._tell(connection, call, dialling)
        if dialling and dialling.dialled_at:
            figures.DIAL_DELAY.observe((dialling.dialled_at - call.due_at).total_seconds())
        return dialling

    async def note(self, job: Job, result: Result) -> Call:
        """Write what a job has done, and what follows, in one transaction."""
        async with self.database.write() as connection:
            moved = await self._change(connection, job.call, result.change)
            due = result.again(moved.after)
            if due is None:
                await jobs.finish(connection, job)
            else:
                failures = job.failures + 1 if result.failed else 0
                tries = job.tries if result.doubtful else 0
                await jobs.again(connection, job, due, failures=failures, tries=tries)
        self._moved(*moved)
        return moved.after

    def _moved(self, before: Call, after: Call) -> None:
        """Count what is now committed, and let the worker see to what follows."""
        figures.moved(before, after)
        self.work.set()

    async def _change(self, connection: AsyncConnection, reference: str, change: Change) -> _Moved:
        before = await store.get(connection, reference, lock=True)
        if before is None:
            raise TooLate
        after = change(before)
        if after == before:
            return _Moved(before, before)
        changed = await store.change(connection, before, after)
        if changed is None:
            raise TooLate
        await self._tell(connection, before, changed)
        return _Moved(before, changed)

    async def _tell(self, connection: AsyncConnection, before: Call, after: Call) -> None:
        if (after.status, after.reason) != (before.status, before.reason):
            await store.record(connection, after, now())
        await jobs.want(connection, after.reference, self._following(before, after))

    def _following(self, before: Call | None, after: Call) -> dict[Kind, datetime]:
        return agenda.following(before, after, now(), self.settings)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
