"""What is asked for at once is written at once, and what one of them spoils spoils no other."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event

from calls.agenda import Kind
from calls.clock import now
from calls.errors import DatabaseAway, Reason, TooLate
from calls.jobs import Wish
from calls.model import Call
from calls.page import DONE, Result
from calls.status import Status
from calls.switchboard import Switchboard
from switch import Hand, add, lease, opened, take

TOO_LARGE = 2**70  # for a number in any database


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url) as found:
        yield found


def commits(board: Switchboard) -> list[object]:
    """Return a list that grows with each transaction that is committed."""
    seen: list[object] = []
    event.listen(board.database.engine.sync_engine, "commit", seen.append)
    return seen


def refused(call: Call) -> Call:
    return call.cancelled(Reason(key="cancelled.late"))


def unwritable(call: Call) -> Call:
    return call.having(rung=TOO_LARGE)


def unheard(_call: Call) -> Call:
    raise ValueError


async def test_what_is_asked_for_at_once_shares_a_transaction(board: Switchboard) -> None:
    for n in range(20):
        await add(board, Kind.DIAL, n=n)
    taken = await take(board, most=20)
    seen = commits(board)
    noted = await asyncio.gather(*(board.note(job, Result(change=refused)) for job in taken))
    assert {call.status for call in noted} == {Status.CANCELLED}
    assert len(seen) == 1
    assert {job.kind for job in await take(board, most=99)} == {Kind.REPLY}


async def test_changes_of_one_call_follow_each_other(board: Switchboard) -> None:
    call = await add(board)
    dialling, cancelled, rang = await asyncio.gather(
        board.intend(call, "token"),
        board.cancel(call.reference, call.team, "U1"),
        board.intend(call, "another"),
        return_exceptions=True,
    )
    assert isinstance(dialling, Call)
    assert (dialling.status, dialling.version) == (Status.DIALLING, 2)
    assert isinstance(cancelled, TooLate)
    assert rang is None
    assert await board.call(call.reference, call.team) == dialling


async def test_what_cannot_be_written_spoils_nothing_else(board: Switchboard) -> None:
    for n in range(4):
        await add(board, Kind.DIAL, n=n)
    jobs = sorted(await take(board), key=lambda job: job.call)
    changes = (refused, unwritable, unheard, refused)
    noted = await asyncio.gather(
        *(
            board.note(job, Result(change=change))
            for job, change in zip(jobs, changes, strict=True)
        ),
        return_exceptions=True,
    )
    assert [isinstance(one, Call) for one in noted] == [True, False, False, True]
    assert isinstance(noted[2], ValueError)
    found = [await board.call(job.call, "T1") for job in jobs]
    assert [call and call.status for call in found] == [
        Status.CANCELLED,
        Status.QUEUED,
        Status.QUEUED,
        Status.CANCELLED,
    ]


async def test_what_becomes_due_is_handed_over_with_the_change_that_brings_it(
    board: Switchboard,
) -> None:
    call = await add(board, Kind.DIAL)
    (job,) = await take(board)
    hand = Hand(Wish(lease=lease(), most=9, looks=True, running=frozenset({job.id})))
    board.employ(hand)
    seen = commits(board)
    await board.note(job, Result(change=lambda newest: refused(newest.opened("C1", "1.0"))))
    ended = await board.call(call.reference, call.team)
    assert {task.kind for task, _ in hand.tasks} == {Kind.CARD, Kind.REPLY}
    assert [of for _, of in hand.tasks] == [ended, ended]
    assert len(seen) == 1


async def test_nobody_is_handed_what_was_not_written(board: Switchboard) -> None:
    await add(board, Kind.DIAL)
    (job,) = await take(board)
    hand = Hand(Wish(lease=lease(), most=9, looks=True, running=frozenset({job.id})))
    board.employ(hand)
    change = Result(change=lambda call: refused(call).having(rung=TOO_LARGE))
    with pytest.raises((OverflowError, DatabaseAway)):
        await board.note(job, change)
    assert hand.tasks == []
    await board.note(job, DONE)
    assert (await board.waiting()).jobs == 0


async def test_a_job_for_soon_wakes_the_worker(board: Switchboard) -> None:
    await add(board, Kind.DIAL)
    (job,) = await take(board)
    board.work.clear()
    await board.note(job, Result(again=lambda _: now()))
    assert board.work.is_set()
