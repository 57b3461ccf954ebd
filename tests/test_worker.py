"""The worker: jobs run side by side, each by one worker at a time, and no result is lost."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest

from calls import policy
from calls.agenda import Kind
from calls.clock import now
from calls.errors import AlloMiaUncertain, DatabaseAway, Reason
from calls.jobs import Job, Lease
from calls.model import Call
from calls.page import DONE, Result
from calls.status import Status
from calls.switchboard import Switchboard
from calls.worker import LOOKS, SLOTS, Runner, Worker, pause_after
from examples import call
from flow import away_from
from records import forget
from switch import add, idle, opened, postgres_only, sqlite_only, take, until

SHORT = 0.5  # seconds of a request; a lease is three times that


@asynccontextmanager
async def at_work(board: Switchboard, runner: Runner) -> AsyncIterator[Worker]:
    worker = Worker(board, {Kind.CHECK: runner})
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await task


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url, allomia_timeout=SHORT) as found:
        yield found


class Shift:
    """A runner that remembers what it ran, and how many at once."""

    def __init__(self, seconds: float = 0, result: Result = DONE) -> None:
        self.ran: Counter[str] = Counter()
        self.tries: list[int] = []
        self.now: Counter[str] = Counter()
        self.most = 0
        self.doubled = False
        self._seconds = seconds
        self._result = result

    async def __call__(self, job: Job, call: Call) -> Result:
        self.ran[call.reference] += 1
        self.tries.append(job.tries)
        self.now[call.reference] += 1
        self.doubled |= self.now[call.reference] > 1
        self.most = max(self.most, self.now.total())
        await asyncio.sleep(self._seconds)
        self.now[call.reference] -= 1
        return self._result


async def test_many_jobs_run_side_by_side_and_each_once(board: Switchboard) -> None:
    for n in range(SLOTS + 8):
        await add(board, Kind.CHECK, n=n)
    shift = Shift(0.05)
    async with at_work(board, shift):
        await idle(board)
    assert set(shift.ran.values()) == {1}
    assert (len(shift.ran), shift.most <= SLOTS, shift.most > 8) == (SLOTS + 8, True, True)


async def test_an_allomia_that_does_not_answer_looks_holds_up_no_other_job(
    board: Switchboard,
) -> None:
    for n in range(SLOTS + LOOKS):
        await add(board, Kind.CHECK, n=n)
    answered, looks, others = asyncio.Event(), Shift(), Shift()

    async def look(job: Job, call: Call) -> Result:
        await answered.wait()
        return await looks(job, call)

    worker = Worker(board, {Kind.CHECK: look, Kind.DIAL: others})
    task = asyncio.create_task(worker.run())
    await add(board, Kind.DIAL, n=SLOTS + LOOKS)
    await until(lambda: others.ran)
    answered.set()
    await idle(board)
    worker.stop()
    await task
    assert (len(looks.ran), set(looks.ran.values())) == (SLOTS + LOOKS, {1})


async def test_two_workers_never_run_the_same_job_at_once(
    board: Switchboard, database_url: str
) -> None:
    for n in range(12):
        await add(board, Kind.CHECK, n=n)
    shift = Shift(0.02)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(at_work(board, shift))
        for _ in range(3):
            other = await stack.enter_async_context(opened(database_url, allomia_timeout=SHORT))
            await stack.enter_async_context(at_work(other, shift))
        await idle(board)
    assert (set(shift.ran.values()), shift.doubled) == ({1}, False)


async def test_a_lease_is_renewed_while_the_work_lasts(
    board: Switchboard, database_url: str
) -> None:
    await add(board, Kind.CHECK)
    shift = Shift(5 * SHORT)
    async with (
        opened(database_url, allomia_timeout=SHORT) as other,
        at_work(board, shift),
        at_work(other, shift),
    ):
        await idle(board)
    assert (shift.ran, shift.tries) == ({"C-00000": 1}, [1])


class Stumbling(Switchboard):
    """Breaks at the first renewal, as a fault of ours would."""

    renewed = 0

    async def renew(self, lease: Lease, running: Collection[int]) -> None:
        self.renewed += 1
        if self.renewed == 1:
            raise ZeroDivisionError
        await super().renew(lease, running)


@sqlite_only
async def test_a_renewal_that_stumbles_is_not_the_last(
    board: Switchboard, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await add(board, Kind.CHECK)
    stumbling, shift = Stumbling(board.database, board.settings), Shift(10 * SHORT)
    async with at_work(stumbling, shift):
        await until(lambda: shift.ran)
        async with opened(database_url, allomia_timeout=SHORT) as other, at_work(other, shift):
            await idle(board)
    await stumbling.close()
    assert shift.tries == [1]
    assert "The leases were not renewed" in caplog.messages


async def test_the_work_of_a_dead_worker_is_taken_over_when_its_lease_runs_out(
    board: Switchboard,
) -> None:
    await add(board, Kind.CHECK)
    assert await take(board, "dead", seconds=0.3)
    shift = Shift()
    async with at_work(board, shift):
        await until(lambda: shift.ran)
        await idle(board)
    assert shift.tries == [2]


async def test_work_placed_by_another_process_is_seen_without_being_told(
    board: Switchboard, database_url: str
) -> None:
    shift = Shift()
    async with at_work(board, shift), opened(database_url) as other:
        await add(other, Kind.CHECK)
        await until(lambda: shift.ran)


async def test_a_crash_in_a_job_is_logged_and_tried_again(
    board: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    tries = []

    async def crashes_once(job: Job, _call: Call) -> Result:
        tries.append((job.tries, job.failures))
        if len(tries) == 1:
            raise ZeroDivisionError
        return DONE

    await add(board, Kind.CHECK)
    async with at_work(board, crashes_once):
        await idle(board)
    assert tries == [(1, 0), (2, 1)]
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert (record.getMessage(), vars(record)["call"]) == ("A job failed", "C-00000")


@sqlite_only
async def test_a_job_that_the_database_keeps_from_its_work_is_tried_again_and_is_no_fault(
    board: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    tries = []

    async def is_kept_once(job: Job, _call: Call) -> Result:
        tries.append((job.tries, job.failures))
        if len(tries) == 1:
            raise DatabaseAway
        return DONE

    await add(board, Kind.CHECK)
    async with at_work(board, is_kept_once) as worker:
        assert not worker.untaken
        await until(lambda: worker.untaken)
        await idle(board)
        await until(lambda: not worker.untaken)
    assert tries == [(1, 0), (2, 1)]
    (record,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    told = (record.levelname, record.getMessage(), record.exc_info, vars(record)["call"])
    assert told == ("WARNING", "A job waits for the database", None, "C-00000")


@postgres_only  # SQLite does the waiting by itself
async def test_a_result_waits_for_the_database(
    board: Switchboard, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    running, answered = asyncio.Event(), asyncio.Event()

    async def answer(_job: Job, _call: Call) -> Result:
        running.set()
        await answered.wait()
        return Result(change=lambda call: call.calling("an-id", None))

    noted = await add(board, Kind.CHECK)
    assert await board.intend(noted, None)
    async with at_work(board, answer):
        await running.wait()
        async with away_from(database_url):
            answered.set()
            await until(lambda: "A result waits for the database" in caplog.messages)
        await until_status(board, Status.CALLING)


def test_a_result_is_kept_however_long_the_database_is_away() -> None:
    assert [pause_after(failures) for failures in (0, 1, 10, 1024, 1_000_000)] == [
        0.1,
        0.2,
        5,
        5,
        5,
    ]


async def until_status(board: Switchboard, status: Status) -> None:
    async with asyncio.timeout(30):
        while True:
            found = await board.call("C-00000", "T1")
            if found and found.status is status:
                return
            await asyncio.sleep(0.05)


async def test_the_result_for_a_call_that_is_gone_is_dropped(
    board: Switchboard, database_url: str
) -> None:
    running, forgotten = asyncio.Event(), asyncio.Event()

    async def answer(_job: Job, _call: Call) -> Result:
        running.set()
        await forgotten.wait()
        return Result(change=lambda call: call.calling("an-id", None))

    await add(board, Kind.CHECK)
    shift = Shift()
    async with at_work(board, answer) as worker:
        await running.wait()
        await forget(database_url)
        forgotten.set()
        await idle(board)
        worker.stop()
    await add(board, Kind.CHECK)
    async with at_work(board, shift):
        await idle(board)


async def test_who_is_stopped_ends_what_is_in_flight_and_takes_nothing_new(
    board: Switchboard,
) -> None:
    await add(board, Kind.CHECK)
    shift = Shift(0.3)
    async with at_work(board, shift):
        await until(lambda: shift.ran)
    await add(board, Kind.CHECK, n=1)
    assert (await board.waiting()).jobs == 1
    assert shift.ran == {"C-00000": 1}


@sqlite_only
async def test_a_job_that_comes_back_is_run_when_it_is_due(board: Switchboard) -> None:
    times = []

    async def twice(_job: Job, _call: Call) -> Result:
        times.append(now())
        again = now() + timedelta(seconds=0.3)
        return Result(again=lambda _: again if len(times) == 1 else None)

    await add(board, Kind.CHECK)
    async with at_work(board, twice):
        await idle(board)
    assert times[1] - times[0] >= timedelta(seconds=0.3)


@sqlite_only
async def test_an_answer_that_comes_after_the_takeover_is_understood(board: Switchboard) -> None:
    noted = await add(board, Kind.CHECK)
    (late,) = await take(board, "frozen", seconds=-1)
    assert await board.intend(noted, None)
    (job,) = await take(board, "other")
    lost = await board.note(job, Result(change=lambda call: call.lost(Reason(key="x"))))
    assert lost.status is Status.UNKNOWN
    found = await board.note(late, Result(change=lambda call: call.calling("an-id", "c")))
    assert (found.status, found.outbound_call_id) == (Status.CALLING, "an-id")
    error = AlloMiaUncertain(Reason(key="x"))
    again = await board.note(late, Result(change=lambda call: call.refused(error.reason)))
    assert again.status is Status.CALLING


@sqlite_only
async def test_a_job_that_stumbles_for_ever_is_given_up_and_its_call_comes_to_an_end(
    board: Switchboard,
) -> None:
    async def stumbles(_job: Job, _call: Call) -> Result:
        raise KeyError

    calls = [
        await add(board, Kind.CHECK, due=now() - timedelta(days=days), n=n)
        for n, days in enumerate((6, 8))
    ]
    async with at_work(board, stumbles):
        async with asyncio.timeout(10):
            while True:
                if (await board.waiting()).failing == 2:  # the check of one, the other's reply
                    break
                await asyncio.sleep(0.02)
    found = [await board.call(one.reference, one.team) for one in calls]
    assert [one.status for one in found if one] == [Status.QUEUED, Status.CANCELLED]


@pytest.mark.parametrize("status", Status)
def test_what_is_given_up_is_told_as_far_as_it_is_known(status: Status) -> None:
    after = policy.given_up(call(status))
    ends = {Status.QUEUED: Status.CANCELLED}
    ends |= dict.fromkeys((Status.DIALLING, Status.CALLING), Status.UNKNOWN)
    assert after.status is ends.get(status, status)
