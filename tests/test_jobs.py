"""Jobs are leased: nobody's twice at once, taken over from the dead, never forgotten."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import pytest

from calls import jobs
from calls.agenda import Kind
from calls.clock import now
from calls.jobs import Job
from calls.page import DONE, Result
from calls.status import Status
from calls.switchboard import Switchboard
from examples import NOW
from switch import add, lease, opened, postgres_only, take, take_all


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url) as found:
        yield found


async def want(board: Switchboard, call: str, kind: Kind, at: datetime) -> None:
    async with board.database.write() as connection:
        await jobs.want(connection, {(call, kind): at})


async def left(board: Switchboard) -> tuple[int, datetime | None]:
    """Return how many jobs there are, and since when the oldest is due."""
    found = await board.waiting()
    return found.jobs, found.oldest


async def test_a_job_that_is_due_is_taken_once_with_its_call(board: Switchboard) -> None:
    noted = await add(board, Kind.OPEN, due=NOW)
    ((job, call),) = await take_all(board, lease())
    assert call == noted
    assert job == Job(
        id=job.id,
        call=noted.reference,
        kind=Kind.OPEN,
        wanted_at=NOW,
        tries=1,
        failures=0,
        lease="w1",
        deadline=10,
    )
    assert await take(board, "w2") == []


async def test_a_job_for_later_is_left_and_announced(board: Switchboard) -> None:
    later = now().replace(microsecond=0) + timedelta(hours=1)
    await add(board, Kind.DIAL, due=later)
    assert await take(board) == []
    assert await board.next_due() == later


async def test_the_oldest_are_taken_first_and_no_more_than_asked_for(board: Switchboard) -> None:
    for n in (2, 0, 1):
        await add(board, Kind.OPEN, due=NOW + timedelta(seconds=n), n=n)
    assert {job.call for job in await take(board, most=2)} == {"C-00000", "C-00001"}
    assert [job.call for job in await take(board, "w2", most=2)] == ["C-00002"]


async def test_takers_at_once_never_share_a_job(board: Switchboard, database_url: str) -> None:
    for n in range(24):
        await add(board, Kind.OPEN, n=n)
    async with AsyncExitStack() as stack:
        others = [await stack.enter_async_context(opened(database_url)) for _ in range(3)]
        parts = await asyncio.gather(
            *(take(one, f"w{n}", most=5) for n, one in enumerate([board, *others]))
        )
    parts.append(await take(board, "the last", most=24))
    taken = sorted(job.call for part in parts for job in part)
    assert taken == [f"C-{n:05}" for n in range(24)]


async def test_the_job_of_a_dead_worker_is_taken_over(board: Switchboard) -> None:
    await add(board, Kind.DIAL)
    (first,) = await take(board, "dead", seconds=-1)
    assert await board.next_due() is None  # it is somebody's
    (second,) = await take(board, "alive")
    assert (second.id, second.tries, second.lease) == (first.id, 2, "alive")

    await board.note(first, Result(again=lambda _: NOW))  # the dead one wakes
    assert await take(board) == []
    await board.note(first, DONE)
    assert (await left(board))[0] == 1
    await board.note(second, DONE)
    assert await left(board) == (0, None)


async def test_what_this_worker_runs_is_not_taken_again(board: Switchboard) -> None:
    await add(board, Kind.DIAL)
    (job,) = await take(board, seconds=-1)
    assert await take(board, running=[job.id]) == []


async def test_what_was_taken_without_a_word_is_taken_anew(board: Switchboard) -> None:
    await add(board, Kind.DIAL)
    (job,) = await take(board, "w1")  # and the database did not live to say so
    (again,) = await take(board, "w1")
    assert (again.id, again.tries) == (job.id, 2)
    assert await take(board, "w2") == []


async def test_a_lease_is_renewed_by_its_holder_only(board: Switchboard) -> None:
    await add(board, Kind.DIAL)
    (job,) = await take(board, "w1", seconds=-1)
    await board.renew(lease("w2", 60), [job.id])
    await board.renew(lease("w1", 60), [])
    (again,) = await take(board, "w1", seconds=-1)
    await board.renew(lease("w1", 60), [again.id])
    assert await take(board, "w2") == []


@postgres_only
async def test_who_renews_or_gives_back_waits_for_nobody_who_writes_a_job(
    board: Switchboard,
) -> None:
    for n in range(2):
        await add(board, Kind.DIAL, n=n)
    held, free = await take(board, "w1", seconds=-1)
    async with board.database.write() as connection:  # who may be waiting for the other job
        await jobs.want(connection, {(held.call, held.kind): NOW})
        async with asyncio.timeout(2):
            await board.renew(lease("w1", 60), [held.id, free.id])
    assert [job.id for job in await take(board, "w2")] == [held.id]
    async with board.database.write() as connection:
        await jobs.want(connection, {(held.call, held.kind): NOW})
        async with asyncio.timeout(2):
            await board.give_back("w1", [])
    assert [job.id for job in await take(board, "w3")] == [free.id]


@pytest.mark.parametrize(("first", "second"), [(0, 60), (60, 0)])
async def test_a_job_wanted_twice_is_one_job_at_the_earlier_instant(
    board: Switchboard, first: float, second: float
) -> None:
    noted = await add(board, Kind.CHECK, due=NOW + timedelta(seconds=first))
    await want(board, noted.reference, Kind.CHECK, NOW + timedelta(seconds=second))
    assert await left(board) == (1, NOW)
    (job,) = await take(board)
    assert job.wanted_at == NOW + timedelta(seconds=first)


@pytest.mark.parametrize(
    ("result", "tries", "failures"),
    [
        (Result(again=lambda _: NOW), 1, 0),
        (Result(again=lambda _: NOW, failed=True), 1, 3),
        (Result(again=lambda _: NOW, failed=True, doubtful=True), 3, 3),
    ],
)
async def test_a_job_that_comes_back_remembers_its_failures_and_doubts(
    board: Switchboard, result: Result, tries: int, failures: int
) -> None:
    await add(board, Kind.REPLY)
    for _ in range(2):
        (job,) = await take(board)
        await board.note(job, Result(again=lambda _: NOW, failed=True, doubtful=True))
    (job,) = await take(board)
    assert (job.tries, job.failures) == (3, 2)
    await board.note(job, result)
    (job,) = await take(board)
    assert (job.tries, job.failures) == (tries + (result.doubtful is True), failures)


async def test_since_when_a_job_fails_is_counted_from_its_last_success(board: Switchboard) -> None:
    await add(board, Kind.CHECK, due=NOW - timedelta(days=8))
    since = []
    for failed in (True, False, True, True):
        (job,) = await take(board)
        since.append(job.wanted_at)
        await board.note(job, Result(again=lambda _: NOW, failed=failed))
    assert since == [*[NOW - timedelta(days=8)] * 2, NOW, NOW]


async def test_a_result_brings_the_change_and_what_follows_together(board: Switchboard) -> None:
    undo = timedelta(seconds=3)
    noted = await add(board, Kind.OPEN, due_at=NOW + undo)
    (job,) = await take(board)
    opened_call = await board.note(job, Result(change=lambda call: call.opened("C1", "1.1")))
    assert (opened_call.version, opened_call.thread) == (noted.version + 1, "1.1")
    assert await board.call(noted.reference, noted.team) == opened_call
    assert await take(board) == []  # the time to undo has not passed
    due = await board.next_due()
    assert due is not None
    assert timedelta(0) < due - now() <= undo


async def test_a_change_that_breaks_leaves_nothing_behind(board: Switchboard) -> None:
    noted = await add(board, Kind.OPEN)
    (job,) = await take(board)
    result = Result(change=lambda call: call.opened("C1", "1.1"), again=lambda _: NOW / 0)  # type: ignore[operator]
    with pytest.raises(TypeError):
        await board.note(job, result)
    assert await board.call(noted.reference, noted.team) == noted
    assert await left(board) == (1, job.wanted_at)


async def test_only_one_of_two_may_dial(board: Switchboard, database_url: str) -> None:
    noted = await add(board)
    async with opened(database_url) as other:
        permits = await asyncio.gather(
            *(one.intend(noted, f"token-{n}") for n, one in enumerate([board, other] * 5))
        )
    (permit,) = [permit for permit in permits if permit]
    assert permit.status is Status.DIALLING
    assert await board.call(noted.reference, noted.team) == permit
