"""Changes of several calls: made in memory, one after the other, and written together."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import agenda, audit, history, jobs, store
from calls.agenda import Kind
from calls.audit import Deed, Row
from calls.erased import settled
from calls.errors import TooLate
from calls.frozen import Frozen
from calls.jobs import Job, Rescheduled
from calls.model import Call
from calls.settings import Settings

Change = Callable[[Call], Call]
"""A transition: given the newest state of a call, its next one (or the same)."""


class Result(Frozen):
    """What a job leaves behind: a change of its call, and when it is due again, if at all.

    Both are given the newest state of the call, under the lock of one transaction. ``failed``
    lets the pauses grow; ``doubtful`` keeps in mind that the effect may have happened. ``deed``
    is whose doing the change is, for the audit log, where it is a person's.
    """

    change: Change = lambda call: call
    again: Callable[[Call], datetime | None] = lambda _call: None
    failed: bool = False
    doubtful: bool = False
    deed: Deed | None = None


DONE = Result()


class Changed(NamedTuple):
    """A call before and after a change."""

    before: Call
    after: Call


class Page:
    """What one transaction writes; ``calls`` are those that it may change, locked, or begins."""

    def __init__(self, calls: dict[str, Call], settings: Settings, now: datetime) -> None:
        self.calls = calls
        self._settings = settings
        self.now = now
        self._changed: set[str] = set()
        self._events: list[Call] = []
        self._wanted: dict[tuple[str, Kind], datetime] = {}
        self._erased: set[str] = set()
        self._finished: list[Job] = []
        self._rescheduled: list[Rescheduled] = []
        self._audit: list[Row] = []

    def enter(self, reference: str, result: Result, job: Job | None) -> Changed:
        """Make one change, of the state that those before it have left; see to its job.

        Raises ``TooLate`` where the call is not there, or whatever the change raises.
        """
        before = self.calls.get(reference)
        if before is None:
            raise TooLate
        changed = settled(result.change(before), self.now)
        after = _numbered(before, self._timed(before, changed))
        if job:
            self._return(job, result, after)
        if after != before:
            self._move(before, after)
            if result.deed:
                self.audit(after, result.deed)
        return Changed(before, after)

    def _timed(self, before: Call, after: Call) -> Call:
        """Note when a call is over."""
        over = before.status.live and not after.status.live
        return after.having(ended_at=self.now) if over else after

    def begin(self, call: Call) -> None:
        """Begin the time line of a new call."""
        self.calls[call.reference] = call
        self._events.append(call)
        self._want(None, call)

    def audit(self, call: Call, deed: Deed) -> None:
        """Have it noted who did something to a call."""
        self._audit.append(audit.of_call(call, deed, self.now))

    def tell(self, state: Call) -> None:
        """Add a line to a call's time line: its status, by whom and why."""
        self._events.append(state)

    def _move(self, before: Call, after: Call) -> None:
        self.calls[after.reference] = after
        self._changed.add(after.reference)
        if (after.status, after.reason) != (before.status, before.reason):
            self._events.append(after)
        if after.erased_at and not before.erased_at:
            self._erased.add(after.reference)
        self._want(before, after)

    def _want(self, before: Call | None, after: Call) -> None:
        if before and after.erased_at and not after.status.live:
            wanted = agenda.following_erasure(before, after, self.now)
        else:
            wanted = agenda.following(before, after, self.now, self._settings)
        for kind, due in wanted.items():
            self._want_at((after.reference, kind), due)

    def _want_at(self, job: tuple[str, Kind], due: datetime) -> None:
        self._wanted[job] = min(due, self._wanted.get(job, due))

    def _return(self, job: Job, result: Result, call: Call) -> None:
        due = result.again(call)
        if due is None:
            self._finished.append(job)
            if call.erased_at and job.kind in agenda.SPEAKING:
                # What it has just said may be what was erased while it said so.
                self._want_at((job.call, Kind.ERASE), self.now)
            return
        back = Rescheduled(
            job=job,
            due=due,
            wanted_at=job.wanted_at if result.failed else due,
            failures=job.failures + 1 if result.failed else 0,
            tries=job.tries if result.doubtful else 0,
        )
        self._rescheduled.append(back)
        # Where its lease has passed to somebody else, whose effect ours may have undone, who may
        # have finished it meanwhile, it is wanted anew.
        self._want_at((job.call, job.kind), due)

    async def write(self, connection: AsyncConnection) -> None:
        """Write it all; jobs that follow come last, so that one that is done can be wanted anew."""
        await store.change(connection, [self.calls[name] for name in sorted(self._changed)])
        await history.record(connection, self._events, self.now)
        await audit.note(connection, self._audit)
        await history.forget_reasons(connection, self._erased)
        await jobs.finish(connection, self._finished)
        await jobs.reschedule(connection, self._rescheduled)
        await jobs.want(connection, self._wanted)

    @property
    def returned(self) -> set[int]:
        """Which jobs their runners are done with once this is written."""
        return {job.id for job in (*self._finished, *(one.job for one in self._rescheduled))}

    @property
    def due(self) -> Collection[datetime]:
        """From when on there is something to do."""
        return self._wanted.values()


def _numbered(before: Call, after: Call) -> Call:
    """Count the versions of a call; a ring makes none."""
    rung = before.having(rung=after.rung, hinted_id=after.hinted_id)
    return after if after == rung else after.having(version=before.version + 1)
