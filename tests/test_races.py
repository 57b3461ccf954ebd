"""What happens to a job when its call has moved on meanwhile, and other narrow moments."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text, update

from calls import tables
from calls.agenda import Kind
from calls.allomia import AlloMia
from calls.check import Check
from calls.clock import now
from calls.dial import Dial
from calls.errors import MaybeNoted, Reason
from calls.jobs import Job
from calls.model import Call
from calls.order import Draft, Origin
from calls.outcome import Outcome
from calls.page import DONE, Change, Result
from calls.status import Status
from calls.switchboard import Switchboard
from calls.worker import Worker
from examples import call
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID
from sandbox.allomia import AlloMia as StandIn
from switch import add, idle, lease, opened, postgres_only, sqlite_only, take, take_all, until

WHY = Reason(key="allomia.busy")
SLEEPING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
OUTCOME = Outcome(status=Status.COMPLETED, word="completed")


def job(kind: Kind) -> Job:
    return Job(
        id=1, call="C-00000", kind=kind, wanted_at=now(), tries=1, failures=0, lease="w", deadline=0
    )


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url, allomia_timeout=0.5) as found:
        yield found


@pytest.fixture
async def allomia() -> AsyncIterator[tuple[StandIn, AlloMia]]:
    async with (
        StandIn() as stand_in,
        AlloMia(stand_in.url, SecretStr(stand_in.api_key), 2) as client,
    ):
        yield stand_in, client


@sqlite_only
async def test_a_call_cancelled_as_it_is_about_to_be_dialled_is_looked_at_again_not_dialled(
    board: Switchboard, allomia: tuple[StandIn, AlloMia]
) -> None:
    stand_in, client = allomia
    dial, stale = Dial(board, client, "/"), await add(board)
    await board.cancel(stale.reference, stale.team, "U2")

    result = await dial(job(Kind.DIAL), stale.having(due_at=now()))
    cancelled = await board.call(stale.reference, stale.team)
    assert cancelled is not None
    assert (result.again(cancelled) is not None, result.change(cancelled)) == (True, cancelled)
    assert await dial(job(Kind.DIAL), cancelled) is DONE
    assert stand_in.log == []


@pytest.mark.parametrize(
    ("late", "then", "left"),
    [
        (lambda call: call.postponed(WHY), Status.QUEUED, {Kind.DIAL}),
        (lambda call: call.calling("an-id", None), Status.CALLING, {Kind.CHECK}),
    ],
    ids=["nobody was called", "AlloMia has answered"],
)
async def test_who_was_slow_to_dial_knows_better_than_who_took_over_and_the_call_goes_on(
    board: Switchboard,
    allomia: tuple[StandIn, AlloMia],
    late: Change,
    then: Status,
    left: set[Kind],
) -> None:
    _, client = allomia
    noted = await add(board, Kind.DIAL)
    (slow,) = await take(board, "slow", seconds=-1)
    await board.intend(noted, None)
    ((taken, dialling),) = await take_all(board, lease("other"))
    result = await Dial(board, client, "/")(taken, dialling)
    await board.note(slow, Result(change=late))

    after = await board.note(taken, result)
    async with board.database.read() as connection:
        jobs = await connection.scalars(
            select(tables.jobs.c.kind).where(tables.jobs.c.kind != Kind.CARD)
        )
        assert (after.status, set(jobs)) == (then, left)


async def test_a_note_made_twice_does_not_undo_who_dials_meanwhile(
    board: Switchboard, allomia: tuple[StandIn, AlloMia]
) -> None:
    stand_in, client = allomia
    await stand_in.stop()
    noted = await add(board, Kind.DIAL)
    ((job, call),) = await take_all(board, lease("first", seconds=60))
    job = job.having(deadline=time.monotonic() + 60)
    result = await Dial(board, client, "/")(job, call.having(due_at=now()))
    await board.note(job, result)  # and the database did not live to say so
    queued = await board.call(noted.reference, noted.team)
    assert queued is not None
    dialling = await board.intend(queued, "token")
    assert dialling is not None
    again = await board.note(job, result)
    assert (queued.status, again) == (Status.QUEUED, dialling)


@postgres_only
async def test_told_to_stop_while_jobs_are_handed_over_it_lets_them_end(board: Switchboard) -> None:
    function, trigger = SLOW_COMMIT
    slow = (
        function.replace("pg_sleep(3)", "pg_sleep(1)"),
        trigger.replace("INSERT ON calls", "INSERT ON events"),
    )
    ended = asyncio.Event()

    async def refused(_job: Job, _call: Call) -> Result:
        async with board.database.write() as connection:
            for statement in slow:
                await connection.execute(text(statement))
        return Result(change=lambda newest: newest.cancelled(WHY))

    async def told(_job: Job, _call: Call) -> Result:
        await asyncio.sleep(0.1)
        ended.set()
        return DONE

    await add(board, Kind.DIAL)
    worker = Worker(board, {Kind.DIAL: refused, Kind.REPLY: told, Kind.CARD: told})
    task = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        while True:
            async with board.database.read() as connection:
                if await connection.scalar(SLEEPING):
                    break
            await asyncio.sleep(0.02)
    worker.stop()
    await task
    assert ended.is_set()


@sqlite_only
async def test_an_answer_about_a_call_that_has_ended_meanwhile_changes_nothing(
    board: Switchboard, allomia: tuple[StandIn, AlloMia]
) -> None:
    _, client = allomia
    check = Check(board, client)
    under_way = call(status=Status.CALLING, outbound_call_id="no-such-call", dialled_at=now())
    ended = under_way.ended(OUTCOME)

    result = await check(job(Kind.CHECK), under_way)
    assert result.change(ended) == ended
    assert await check(job(Kind.CHECK), ended) is DONE


@pytest.mark.parametrize("status", Status)
def test_a_transition_that_does_not_fit_the_state_leaves_the_call_as_it_is(status: Status) -> None:
    before = call(status=status, outbound_call_id="1", contact_id="2", dialled_at=now())
    moved: dict[str, Call] = {
        "calling": before.calling("1", "2"),
        "postponed": before.postponed(WHY),
        "refused": before.refused(WHY),
        "lost": before.lost(WHY),
        "cancelled": before.cancelled(WHY),
        "ended": before.ended(OUTCOME),
    }
    fitting = {
        Status.QUEUED: {"cancelled"},
        Status.DIALLING: {"calling", "postponed", "refused", "lost"},
        Status.CALLING: {"lost", "ended"},
        Status.UNKNOWN: {"calling", "postponed", "refused", "ended"},
    }.get(status, set())
    assert {name for name, after in moved.items() if after != before} - {
        name for name, after in moved.items() if after == before
    } == fitting - ({"ended"} if status is OUTCOME.status else set())


def test_who_learns_late_that_nobody_was_called_says_so_and_does_not_dial() -> None:
    unknown = call(status=Status.UNKNOWN, reason=Reason(key="unknown.interrupted"))
    after = unknown.postponed(Reason(key="allomia.frozen"))
    assert (after.status, after.reason) == (Status.CANCELLED, Reason(key="allomia.frozen"))


SLOW_COMMIT = (
    """CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$""",
    """CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON calls DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION slow()""",
)


@postgres_only
async def test_a_commit_that_does_not_answer_in_time_is_not_said_to_have_failed(
    board: Switchboard,
) -> None:
    async with board.database.write() as connection:
        for statement in SLOW_COMMIT:
            await connection.execute(text(statement))
    draft = Draft(number="+15145551234", assistant_id=ASSISTANT_ID, phone_number_id=PHONE_NUMBER_ID)
    origin = Origin(team="T1", channel="C1", asked_by="U1", language="en", gesture="V1")

    with pytest.raises(MaybeNoted):
        await board.place(draft, origin)
    noted = await board.place(draft, origin)  # the same gesture: the first one's call
    assert [one.reference for one in await board.latest("T1", "U1")] == [noted.reference]


@sqlite_only
async def test_a_job_of_a_kind_that_only_a_newer_version_knows_is_left_to_it(
    board: Switchboard,
) -> None:
    await add(board, Kind.CARD)
    await rename(board, "nonsense")
    await add(board, Kind.DIAL, n=1)
    assert [job.kind for job in await take(board)] == [Kind.DIAL]
    assert await board.next_due() is None
    await rename(board, Kind.CARD)
    assert [job.kind for job in await take(board, "another")] == [Kind.CARD]


async def rename(board: Switchboard, kind: str) -> None:
    async with board.database.write() as connection:
        await connection.execute(update(tables.jobs).values(kind=kind, lease=None))


@postgres_only
async def test_leases_that_cannot_be_renewed_are_said_in_the_log(
    board: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    under_way, over = asyncio.Event(), asyncio.Event()

    async def runner(_job: Job, _call: Call) -> object:
        under_way.set()
        await over.wait()
        return DONE

    await add(board, Kind.CARD)
    worker = Worker(board, {Kind.CARD: runner})  # type: ignore[dict-item]
    task = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        await under_way.wait()
        async with board.database.write() as connection:
            await connection.execute(text("ALTER TABLE jobs RENAME TO elsewhere"))
        await until(lambda: "The leases were not renewed" in caplog.messages)
        async with board.database.write() as connection:
            await connection.execute(text("ALTER TABLE elsewhere RENAME TO jobs"))
        over.set()
        await idle(board)
        worker.stop()
        await task
