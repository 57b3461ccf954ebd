"""The worker: takes the jobs that are due, runs them side by side, and notes their results."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from calls import metrics, policy
from calls.agenda import TRY_FOR, Kind, retry_at
from calls.clock import now
from calls.errors import DatabaseAway, TooLate
from calls.jobs import Job, Lease, Wish
from calls.ledger import Task
from calls.model import Call
from calls.page import DONE, Result
from calls.switchboard import Switchboard

log = logging.getLogger(__name__)

Runner = Callable[[Job, Call], Awaitable[Result]]

SLOTS = 32  # jobs at once
LOOKS = 16  # slots that looks at calls hold at most: others go on where AlloMia tells nothing
LEAST = 0.02  # seconds: what is due and was not taken just now is in other hands
NAP = 1.0  # seconds at most: another process may have placed work
LONGEST_KEPT = timedelta(seconds=30)  # so that a disk that has room again is soon found out
LONGEST_WAIT = 5.0  # seconds between two tries to note a result
STOP_WITHIN = 5.0  # seconds for what is in flight
GIVE_BACK_WITHIN = 0.5  # seconds
URGENCY = (
    Kind.HEED,
    Kind.REPLY,
    Kind.OPEN,
    Kind.DIAL,
    Kind.CHECK,
    Kind.AGAIN,
    Kind.CARD,
    Kind.AMEND,
    Kind.BESIDES,
    Kind.HAND,
    Kind.QUOTE,
    Kind.ERASE,
    Kind.DETAILS,
)
LOOK = 0  # where the ids of jobs stand; none has this one
DECISIVE = frozenset({Kind.OPEN, Kind.DIAL, Kind.CHECK, Kind.AGAIN})  # else a call never ends
LEASE_TIMEOUTS = 3  # times the time-out of a request to AlloMia


class Worker:
    """Run it as a task; ``stop`` it to let what is in flight end."""

    def __init__(self, switchboard: Switchboard, runners: Mapping[Kind, Runner]) -> None:
        self._switchboard = switchboard
        self._runners = runners
        self._name = secrets.token_hex(8)
        self._seconds = LEASE_TIMEOUTS * switchboard.settings.allomia_timeout
        self._running: dict[int, asyncio.Task[None]] = {}
        self._looking: set[int] = set()  # those of them that look how a call is
        self._stopping = False
        self.moved_at = time.monotonic()
        """When the worker last looked for work, on the monotonic clock."""
        self._untaken: set[int] = set()  # a ``LOOK`` for work, results by their jobs' ids
        self._kept_until = 0.0  # on the monotonic clock

    @property
    def untaken(self) -> bool:
        """Whether the database does not take what it is asked to: a look, a result, an intent."""
        return bool(self._untaken) or time.monotonic() < self._kept_until

    async def run(self) -> None:
        """Work until stopped; a database that does not answer is waited for."""
        self._switchboard.employ(self)
        renewal = asyncio.create_task(self._renew())
        while not self._stopping:
            try:
                await self._step()
            except DatabaseAway as fault:
                self._untaken.add(LOOK)
                log.warning("The database does not answer", extra={"error": _cause(fault)})
                await asyncio.sleep(NAP)
            except Exception:
                log.exception("The worker stumbled, and goes on")
                await asyncio.sleep(NAP)
        await self._leave()
        renewal.cancel()

    def stop(self) -> None:
        """Take no new work."""
        self._stopping = True
        self._switchboard.work.set()

    async def _leave(self) -> None:
        """Let what is in flight end; what does not in time is cut off and given back.

        Whoever works next finds it at once, and looks before doing it again.
        """
        end = time.monotonic() + STOP_WITHIN
        handing = asyncio.create_task(self._switchboard.close())  # what was being taken begins yet
        await asyncio.wait({handing}, timeout=STOP_WITHIN)
        if not self._running:
            return
        left = max(end - time.monotonic(), 0)
        _, late = await asyncio.wait(self._running.values(), timeout=left)
        if not late:
            return
        for task in late:
            task.cancel()
        await asyncio.wait(late, timeout=GIVE_BACK_WITHIN)
        try:
            async with asyncio.timeout(GIVE_BACK_WITHIN):
                await self._switchboard.give_back(self._name, self._running)
        except (DatabaseAway, TimeoutError):
            log.warning("The leases were not given back: they run out by themselves")

    async def _step(self) -> None:
        self._switchboard.work.clear()
        self.moved_at = time.monotonic()
        most, _ = self._free(self._running)
        if most:
            await self._switchboard.lease()
            self._untaken.discard(LOOK)
        await self._rest()

    def wish(self, returned: Collection[int] = ()) -> Wish:
        """Tell what can be taken now that some jobs have been returned."""
        running = frozenset(self._running).difference(returned)
        most, looks = self._free(running)
        most = 0 if self._stopping else most
        return Wish(lease=self._lease(), most=most, looks=looks, running=running)

    def _free(self, running: Collection[int]) -> tuple[int, bool]:
        """Return how many slots are free beside these jobs, and whether they are for looks too."""
        looking = len(self._looking.intersection(running))
        others = len(running) - looking
        return max(SLOTS - others - min(looking, LOOKS), 0), looking < LOOKS

    def start(self, tasks: list[Task]) -> None:
        """Begin with jobs that have been taken, those first that people wait for."""
        for job, call in sorted(tasks, key=lambda task: URGENCY.index(task[0].kind)):
            running = asyncio.create_task(self._run(job, call))
            self._running[job.id] = running
            if job.kind is Kind.CHECK:
                self._looking.add(job.id)
            running.add_done_callback(partial(self._ended, job.id))

    def _ended(self, job: int, task: asyncio.Task[None]) -> None:
        if not all(self._free(self._running)):  # there was no room for what is due
            self._switchboard.work.set()
        self._untaken.discard(job)
        if self._running.get(job) is task:  # a job that came back may be under way again
            del self._running[job]
            self._looking.discard(job)

    async def _rest(self) -> None:
        due = await self._switchboard.next_due()
        pause = min(NAP, (due - now()).total_seconds()) if due else NAP
        if not all(self._free(self._running)):
            pause = NAP
        try:
            await asyncio.wait_for(self._switchboard.work.wait(), max(pause, LEAST))
        except TimeoutError:
            return

    def _lease(self) -> Lease:
        # The clock that cannot be set is read first, so the deadline is never too late.
        deadline = time.monotonic() + self._seconds
        return Lease(
            name=self._name, until=now() + timedelta(seconds=self._seconds), deadline=deadline
        )

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._seconds / 3)
            if self._running:
                try:
                    await self._switchboard.renew(self._lease(), list(self._running))
                except DatabaseAway:
                    log.warning("The leases were not renewed")
                except Exception:
                    log.exception("The leases were not renewed")

    async def _run(self, job: Job, call: Call) -> None:
        if time.monotonic() >= job.deadline:  # we stood still since: whoever took it over does it
            return
        try:
            result = await self._runners[job.kind](job, call)
        except DatabaseAway as fault:
            fields = _fields(job) | {"error": _cause(fault)}
            log.warning("A job waits for the database", extra=fields)
            result = self._kept(job)
        except Exception:
            log.exception("A job failed", extra=_fields(job))
            result = _stumbled(job)
        await self._note(job, result)

    def _kept(self, job: Job) -> Result:
        """Come back to a job that the database keeps from its work, which is known until then."""
        at = now()
        later = min(retry_at(job.failures, at), at + LONGEST_KEPT)
        until = time.monotonic() + (later - at).total_seconds() + 2 * NAP
        self._kept_until = max(self._kept_until, until)
        return _stumbled(job, later)

    async def _note(self, job: Job, result: Result) -> None:
        """Write a result; an answer is never discarded because the database is away."""
        for failures in count():
            try:
                await self._switchboard.note(job, result)
            except TooLate:  # the call is no longer there
                return
            except DatabaseAway:
                self._untaken.add(job.id)
                log.warning("A result waits for the database", extra={"call": job.call})
                await asyncio.sleep(pause_after(failures))
            except Exception:
                # The effect has happened: come back to it later, and look before doing it again.
                log.exception("A result cannot be noted", extra={"call": job.call})
                result = _stumbled(job)
                await asyncio.sleep(NAP)
            else:
                return


def pause_after(failures: int) -> float:
    """Return the seconds until a result is noted anew, however often the database was away."""
    return min(0.1 * 2.0 ** min(failures, 16), LONGEST_WAIT)


def _stumbled(job: Job, later: datetime | None = None) -> Result:
    """Come back to a job that broke, until it has done so for too long."""
    at = now()
    if at >= job.wanted_at + TRY_FOR:
        log.error("A job that failed for seven days is given up", extra=_fields(job))
        metrics.GIVEN_UP.labels(job.kind.value).inc()
        return Result(change=policy.given_up) if job.kind in DECISIVE else DONE
    due = later or retry_at(job.failures, at)
    return Result(again=lambda _: due, failed=True, doubtful=True)


def _fields(job: Job) -> dict[str, str]:
    return {"call": job.call, "job": job.kind.value}


def _cause(fault: DatabaseAway) -> str:
    return type(fault.__cause__).__name__
