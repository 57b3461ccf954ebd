"""The one object that everything asks about calls: place, cancel, ring, read, note."""

import asyncio
import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import history, jobs, metrics, policy, store
from calls.agenda import Kind
from calls.audit import Action, Deed
from calls.barring import Barring
from calls.choices import Choices
from calls.clock import now
from calls.database import Database
from calls.dialling import Dialling
from calls.drafts import Drafts
from calls.erasing import Erasing
from calls.errors import Reason, TooLate
from calls.event import Event
from calls.favourites import Favourites
from calls.handing import Handing
from calls.jobs import Job, Lease, Waiting
from calls.judge import Asked, Judge
from calls.ledger import Ledger, Taker
from calls.model import Call
from calls.moving import Moving
from calls.order import Draft, Origin
from calls.page import Page, Result
from calls.permit import Permit
from calls.placing import Placing
from calls.profiles import Profiles
from calls.repeating import Repeating
from calls.review import Review
from calls.roll import Roll
from calls.settings import Settings
from calls.standing import FREE, Standing
from calls.statistics import Statistics
from calls.status import Status
from calls.trail import Trail
from calls.workspaces import Workspaces

MOST_LISTED = 10
NEARBY = timedelta(hours=2)  # longer than calls last
CLOCKS_DIFFER = timedelta(minutes=1)  # of the machine that a backup was made on, and this one


class Switchboard:
    """Everything that is true of calls, kept in one database.

    ``work`` is set whenever a job may have become due.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.work = asyncio.Event()
        self.workspaces = Workspaces(database)
        self.dialling = Dialling(database, self.workspaces, self.work)
        self.choices = Choices(database)
        self.profiles = Profiles(database)
        self.drafts = Drafts(database)
        self.favourites = Favourites(database)
        self.roll = Roll(database)
        self.statistics = Statistics(database)
        self.trail = Trail(database)
        self._ledger = Ledger(database, settings, self.work)
        self._judge = Judge(self.workspaces, settings)
        self._placing = Placing(self._ledger, self._judge)
        self._moving = Moving(self._ledger, self.workspaces, settings)
        self.do_not_call = Barring(database, self._ledger)
        self.handing = Handing(database, self._ledger, self.do_not_call)
        self.erasing = Erasing(database, self._ledger)
        self._permit = Permit(self.workspaces, settings)
        self.repeating = Repeating(database, self._ledger, self.workspaces, settings)

    async def place(
        self, draft: Draft, origin: Origin, standing: Standing = FREE, place: str = ""
    ) -> Call:
        """Note a call and its first job, at once or not at all; see ``Placing.place``."""
        return await self._placing.place(draft, origin, standing, place)

    async def review(self, draft: Draft, origin: Origin, standing: Standing = FREE) -> Review:
        """Judge a draft as ``place`` would now, and write nothing; raises ``DatabaseAway``."""
        asked = Asked(draft, origin, standing)
        async with self.database.read() as connection:
            return await self._judge.review(connection, asked, now())

    async def cancel(self, reference: str, team: str, by: str, place: str = "") -> Call:
        """Cancel a call that is not dialled yet; raise ``TooLate`` where it is."""

        def cancelled(call: Call) -> Call:
            if call.team != team or call.status is not Status.QUEUED:
                raise TooLate
            return call.cancelled(Reason(key="cancelled.by_person"), by)

        deed = Deed(action=Action.CANCELLED, by=by, place=place)
        async with self.database.in_time():
            return (await self._ledger.change(reference, cancelled, deed)).after

    async def move(
        self, reference: str, team: str, hour: datetime, by: str, place: str = ""
    ) -> Call:
        """Have a call dialled at another hour; see ``Moving.move``."""
        async with self.database.in_time():
            return await self._moving.move(reference, team, hour, by, place)

    async def look_again(self, reference: str, team: str) -> Call:
        """Ask AlloMia once more about an unknown call; raise ``TooLate`` where that is idle."""
        call = await self.call(reference, team)
        if call is None or call.status is not Status.UNKNOWN or not call.id_to_ask:
            raise TooLate
        async with self.database.in_time(), self.database.write() as connection:
            await store.lock(connection, [reference])  # the call first, then its job, as everywhere
            await jobs.want(connection, {(reference, Kind.CHECK): now()})
        self.work.set()
        return call

    async def restored(self) -> int:
        """Take what is here for a backup, and return how many calls that makes unknown.

        What was dialled, posted or told after the backup was made is not in it: nobody is dialled,
        and what may have been posted is looked for first.
        """
        async with self.database.read() as connection:
            found = await store.waiting(connection, now() + CLOCKS_DIFFER)
            repeating = await store.repeating(connection)
        for reference in found:
            await self._ledger.change(reference, Call.restored)
        for reference in repeating:
            await self._ledger.change(reference, _unrepeated)
        async with self.database.write() as connection:
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
        async with self.database.in_time():
            await self._ledger.change(known.reference, lambda call: call.rang(hinted_id))
        return True

    async def close(self) -> None:
        """Wait until what is being written is written; close it before its database."""
        await self.choices.close()
        await self._ledger.close()
        await self.workspaces.close()

    async def call(self, reference: str, team: str) -> Call | None:
        """Return a workspace's call by its reference."""
        async with self.database.read() as connection:
            found = await store.get(connection, reference)
        return found if found and found.team == team else None

    async def history(self, reference: str) -> list[Event]:
        """Return a call's time line, oldest first."""
        async with self.database.read() as connection:
            return await history.of(connection, reference)

    async def latest(self, team: str, person: str) -> list[Call]:
        """Return the last calls that a person asked for, newest first."""
        async with self.database.read() as connection:
            return await store.latest(connection, team, person, MOST_LISTED)

    async def others(self, call: Call) -> list[Call]:
        """Return the other calls to a call's number whose records could be taken for its own."""
        since = (call.dialled_at or call.placed_at) - NEARBY
        async with self.database.read() as connection:
            return await store.others(connection, call, since)

    def employ(self, taker: Taker | None) -> None:
        """Hand the jobs that become due to somebody, from now on."""
        self._ledger.taker = taker

    async def lease(self) -> None:
        """Hand over what is due now, also what others have noted."""
        await self._ledger.take()

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

        ``None`` where the call is no longer as it was read. Raises ``NotAllowed`` where it may not
        be dialled, ``Waits`` where it may not yet.
        """

        async def intent(connection: AsyncConnection, page: Page) -> Call:
            newest = page.calls.get(call.reference)
            if (
                newest is None
                or newest.version != call.version
                or newest.status is not Status.QUEUED
            ):
                raise TooLate
            await self._permit.ask(connection, newest, page)
            result = Result(change=lambda queued: queued.dialling(token and _hash(token), page.now))
            return page.enter(call.reference, result, None).after

        try:
            dialling = await self._ledger.run(intent, call.reference)
        except TooLate:
            return None
        metrics.DIAL_DELAY.observe((now() - call.due_at).total_seconds())
        return dialling

    async def note(self, job: Job, result: Result) -> Call:
        """Write what a job has done, and what follows, in one transaction."""
        moved = await self._ledger.note(job, result)
        if policy.leaves_the_line(*moved):
            await self.dialling.next_in_line(moved.after.team)
        return moved.after


def _unrepeated(call: Call) -> Call:
    return call.alone(Reason(key="again.restored"))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
