"""The one object that everything asks about calls: place, cancel, ring, read, note."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import agenda, jobs, policy, store
from calls.agenda import Kind
from calls.clock import now
from calls.database import Database
from calls.errors import DatabaseAway, MaybeNoted, NotAllowed, NotNoted, Reason, TooLate
from calls.jobs import Job, Lease
from calls.model import Call, Draft, Event, Frozen, Order, Origin, Status
from calls.settings import Settings

PLACE_WITHIN = 2.0  # seconds: Slack waits three for its answer
COMMIT_WITHIN = 0.5  # seconds more, once the commit has been asked for
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
MOST_LISTED = 10

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


class Switchboard:
    """Everything that is true of calls, kept in one database.

    ``work`` is set whenever a job may have become due.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.work = asyncio.Event()

        self._placing: set[asyncio.Task[Call]] = set()

    async def place(self, draft: Draft, origin: Origin) -> Call:
        """Read a draft and note the call with its first job, all in one transaction.

        A gesture that is repeated gets the first one's call. Raises ``NotAllowed`` with all that
        is wrong (``Taken`` where only a live call to the number has to be confirmed), ``NotNoted``
        or ``MaybeNoted`` where the database does not answer within its two seconds.
        """
        attempt = _Attempt()
        task = asyncio.create_task(self._place(draft, origin, attempt))
        self._placing.add(task)
        task.add_done_callback(self._placed)
        await asyncio.wait({task}, timeout=PLACE_WITHIN)
        if not task.done() and attempt.committing:
            await asyncio.wait({task}, timeout=COMMIT_WITHIN)
        if not task.done():
            attempt.given_up = True
            raise MaybeNoted if attempt.committing else NotNoted
        try:
            return task.result()
        except DatabaseAway as fault:
            raise (MaybeNoted if attempt.committing else NotNoted) from fault

    def _placed(self, task: asyncio.Task[Call]) -> None:
        self._placing.discard(task)
        if not task.cancelled() and task.exception() is None:
            self.work.set()

    async def _place(self, draft: Draft, origin: Origin, attempt: "_Attempt") -> Call:
        async with self.database.write() as connection:
            if first := await store.by_gesture(connection, origin.gesture):
                return first
            order = await self._review(connection, draft, origin.team)
            call = await self._add(connection, order, origin)
            if attempt.given_up:
                raise NotNoted
            attempt.committing = True
        return call

    async def _review(self, connection: AsyncConnection, draft: Draft, team: str) -> Order:
        region = self.settings.default_region
        like = await store.get(connection, draft.like) if draft.like else None
        like = like if like and like.team == team else None
        reasons: tuple[Reason, ...] = ()
        try:
            order = policy.read(draft, region, like)
        except NotAllowed as fault:
            reasons = fault.reasons
        if all(reason.field != "number" for reason in reasons):
            number = policy.number(draft, region, like)
            await store.reserve(connection, team, number)
            live = await store.live(connection, team, number)
            if live and live[-1].reference != draft.confirmed:
                taken = policy.Taken(live[-1])
                raise NotAllowed((*taken.reasons, *reasons)) if reasons else taken
        if reasons:
            raise NotAllowed(reasons)
        return order

    async def _add(self, connection: AsyncConnection, order: Order, origin: Origin) -> Call:
        at = now()
        placed = order.model_dump() | origin.model_dump() | {"placed_at": at, "due_at": at}
        call = Call(reference=_reference(), **placed)
        while not await store.add(connection, call):
            if first := await store.by_gesture(connection, origin.gesture):
                return first
            call = call.having(reference=_reference())
        await store.record(connection, call, at)
        await jobs.want(connection, call.reference, self._following(None, call))
        return call

    async def cancel(self, reference: str, team: str, by: str) -> Call:
        """Cancel a call that is not dialled yet; raise ``TooLate`` where it is."""

        def cancelled(call: Call) -> Call:
            if call.team != team or call.status is not Status.QUEUED:
                raise TooLate
            return call.cancelled(Reason(key="cancelled.by_person"), by)

        async with self.database.write() as connection:
            call = await self._change(connection, reference, cancelled)
        self.work.set()
        return call

    async def look_again(self, reference: str, team: str) -> Call:
        """Ask AlloMia once more about an unknown call; raise ``TooLate`` where that is idle."""
        call = await self.call(reference, team)
        if call is None or call.status is not Status.UNKNOWN or not call.id_to_ask:
            raise TooLate
        async with self.database.write() as connection:
            await jobs.want(connection, reference, {Kind.CHECK: now()})
        self.work.set()
        return call

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
        return dialling

    async def note(self, job: Job, result: Result) -> Call:
        """Write what a job has done, and what follows, in one transaction."""
        async with self.database.write() as connection:
            call = await self._change(connection, job.call, result.change)
            due = result.again(call)
            if due is None:
                await jobs.finish(connection, job)
            else:
                failures = job.failures + 1 if result.failed else 0
                tries = job.tries if result.doubtful else 0
                await jobs.again(connection, job, due, failures=failures, tries=tries)
        self.work.set()
        return call

    async def _change(self, connection: AsyncConnection, reference: str, change: Change) -> Call:
        before = await store.get(connection, reference, lock=True)
        if before is None:
            raise TooLate
        after = change(before)
        if after == before:
            return before
        changed = await store.change(connection, before, after)
        if changed is None:
            raise TooLate
        await self._tell(connection, before, changed)
        return changed

    async def _tell(self, connection: AsyncConnection, before: Call, after: Call) -> None:
        if (after.status, after.reason) != (before.status, before.reason):
            await store.record(connection, after, now())
        await jobs.want(connection, after.reference, self._following(before, after))

    def _following(self, before: Call | None, after: Call) -> dict[Kind, datetime]:
        return agenda.following(before, after, now(), self.settings)


class _Attempt:
    """How far the noting of one call has come, and whether anybody still waits for it."""

    committing = False
    given_up = False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _reference() -> str:
    return "C-" + "".join(secrets.choice(ALPHABET) for _ in range(5))
