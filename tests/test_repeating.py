"""The next attempt of a call that reached nobody: one follows, or it is said why none does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from audited import rows, told
from calls import do_not_call, hours, store, tables
from calls.agenda import Kind
from calls.allomia import AlloMia
from calls.backlog import backlog
from calls.chain import Again, Attempt, Chain
from calls.clock import now
from calls.dial import Dial
from calls.do_not_call import Entry
from calls.errors import Moved, NotAllowed, Over, Reason, TooLate
from calls.jobs import Job
from calls.model import Call
from calls.order import Draft, Origin
from calls.page import Result
from calls.rules import Rules
from calls.sheet import Part, Shown
from calls.status import Status
from calls.switchboard import Switchboard
from examples import ASSISTANT, BENOIT, CALLER, NUMBER, call, outcome
from switch import opened, sqlite_only
from views import reply
from views.text import Text

TEAM = "T1"
MINUTES = timedelta(minutes=15)
THREE = Again(most=3, minutes=15)
JOB = Job(
    id=1, call="C-1", kind=Kind.AGAIN, wanted_at=now(), tries=1, failures=0, lease="w", deadline=0
)
CLOSED = hours.Hours(days=((),) * 7)
HALF_A_DAY_OFF = (now().astimezone(ZoneInfo("America/Toronto")).hour + 12) % 24 * 60
SHORT = hours.Hours(days=((hours.Window(start=HALF_A_DAY_OFF, end=HALF_A_DAY_OFF + 1),),) * 7)


@pytest.fixture
async def boards(database_url: str) -> AsyncIterator[list[Switchboard]]:
    """Open one database twice, as two processes do."""
    async with opened(database_url) as one, opened(database_url) as other:
        yield [one, other]


@pytest.fixture
def board(boards: list[Switchboard]) -> Switchboard:
    return boards[0]


async def kept(board: Switchboard, reference: str, status: Status, **changes: object) -> Call:
    """Keep a call in the database, which ended just now if it is over."""
    at = now()
    times = {"placed_at": at, "due_at": at, "ended_at": None if status.live else at}
    own = {"reference": reference, "gesture": reference, "thread": "1.1", **times}
    told = None if status.live else outcome(status)
    found = call(status, **{"outcome": told} | own | changes)
    async with board.database.write() as connection:
        assert await store.add(connection, found)
    return found


async def missed(board: Switchboard, **changes: object) -> Call:
    """Keep a first attempt whose line was busy."""
    return await kept(board, "C-1", Status.BUSY, **{"again": THREE} | changes)


async def waiting(board: Switchboard, **changes: object) -> Call:
    """Keep a second attempt that waits, and the first one."""
    first = await missed(board, chain=Chain(following="C-2"))
    earlier = (Attempt(reference="C-1", status=Status.BUSY, ended_at=first.ended_at),)
    chain, later = Chain(number=2, earlier=earlier), now() + MINUTES
    own = {"again": THREE, "chain": chain, "hour": later, "due_at": later}
    return await kept(board, "C-2", Status.QUEUED, **own | changes)


async def everything(board: Switchboard) -> dict[str, Call]:
    async with board.database.read() as connection:
        rows = await connection.execute(select(tables.calls.c.reference))
        return await store.get_all(connection, [row.reference for row in rows])


async def wanted(board: Switchboard, reference: str) -> set[str]:
    """Return which jobs of a call are to be done."""
    jobs = tables.jobs
    async with board.database.read() as connection:
        found = select(jobs.c.kind).where(jobs.c.call == reference)
        return set(await connection.scalars(found))


async def ruled(board: Switchboard, **rules: object) -> None:
    version = (await board.workspaces.get(TEAM)).version
    await board.workspaces.change(TEAM, version, lambda w: w.having(rules=Rules(**rules)), BENOIT)


async def listed(board: Switchboard) -> None:
    """Put the number on the do-not-call list."""
    entry = Entry(number=NUMBER, reason="asked", added_by=BENOIT, added_at=now())
    async with board.database.write() as connection:
        await do_not_call.add(connection, TEAM, [entry])


async def test_two_processes_add_one_attempt_though_both_are_told_to(
    boards: list[Switchboard],
) -> None:
    first = await missed(boards[0], name="Marie", assigned_to=BENOIT)
    await asyncio.gather(*(board.repeating(JOB, first) for board in [*boards, *boards]))
    found = await everything(boards[0])
    before = found.pop("C-1")
    (after,) = found.values()
    assert before.chain == Chain(following=after.reference)
    assert after.chain == Chain(number=2, earlier=before.attempts)
    assert first.ended_at is not None
    assert (after.hour, after.due_at) == (first.ended_at + MINUTES,) * 2
    assert (after.status, after.thread, after.assigned_to) == (Status.QUEUED, "1.1", BENOIT)
    assert (after.again, after.number, after.asked_by) == (THREE, NUMBER, first.asked_by)
    assert await wanted(boards[0], after.reference) == {Kind.DIAL, Kind.CARD}
    assert (before.to_announce, await wanted(boards[0], "C-1")) == (False, set())


@sqlite_only
async def test_an_attempt_waits_until_the_person_may_be_called(board: Switchboard) -> None:
    await ruled(board, hours=SHORT)
    first = await missed(board, zone="America/Toronto")
    await board.repeating(JOB, first)
    (after,) = [one for one in (await everything(board)).values() if one.attempt == 2]
    assert first.ended_at is not None
    expected = hours.next_allowed(SHORT, first.ended_at + MINUTES, "America/Toronto")
    assert (after.hour, after.due_at) == (expected, expected)


@sqlite_only
@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ({"countries": ("FR",)}, "refused.number.country_barred"),
        ({"per_person": 1}, "refused.limit.person"),
        ({"per_workspace": 1}, "refused.limit.workspace"),
        ({"hours": CLOSED}, "refused.hour.never"),
    ],
)
async def test_no_attempt_follows_against_the_rules_and_the_thread_is_told(
    board: Switchboard, rules: dict[str, object], why: str
) -> None:
    await ruled(board, **rules)
    await board.repeating(JOB, await missed(board, zone="America/Toronto"))
    (after,) = (await everything(board)).values()
    assert after.chain is not None
    assert after.chain.over is not None
    assert (after.chain.over.key, [one.key for one in after.chain.over.parts]) == (
        "again.rules",
        [why],
    )
    assert (after.to_announce, await wanted(board, "C-1")) == (True, {Kind.REPLY, Kind.CARD})


@sqlite_only
async def test_no_attempt_follows_to_a_number_that_is_not_to_be_called(board: Switchboard) -> None:
    first = await missed(board)
    await listed(board)
    await board.repeating(JOB, first)
    (after,) = (await everything(board)).values()
    assert after.chain is not None
    assert after.chain.over is not None
    assert [one.key for one in after.chain.over.parts] == ["refused.number.do_not_call"]


@sqlite_only
async def test_no_attempt_follows_once_somebody_has_asked_not_to_be_called(
    board: Switchboard,
) -> None:
    await kept(board, "C-0", Status.COMPLETED, opted_out=True, ended_at=now() - timedelta(days=9))
    await board.repeating(JOB, await missed(board))
    after = (await everything(board))["C-1"]
    assert after.chain is not None
    assert after.chain.over is not None
    assert after.chain.over.key == "again.opted_out"


@sqlite_only
async def test_what_is_decided_already_stays_so(board: Switchboard) -> None:
    followed = await missed(board, chain=Chain(following="C-2"))
    await board.repeating(JOB, followed)
    assert list(await everything(board)) == ["C-1"]


MEANWHILE = [
    (Status.CALLING, {}, "again.live"),
    (Status.COMPLETED, {}, "again.reached"),
    (Status.UNKNOWN, {}, "again.reached"),
    (Status.BUSY, {"opted_out": True}, "again.opted_out"),
    (Status.QUEUED, {}, "again.soon"),
]


@sqlite_only
@pytest.mark.parametrize(("status", "changes", "why"), MEANWHILE)
async def test_an_attempt_is_not_made_where_another_call_has_made_it_needless(
    board: Switchboard, status: Status, changes: dict[str, object], why: str
) -> None:
    second = await waiting(board)
    await kept(board, "C-9", status, **changes)
    with pytest.raises(Over) as fault:
        await board.intend(second, None)
    assert fault.value.reason.key == why


async def test_an_attempt_is_made_where_others_were_over_before_it_or_missed_too(
    board: Switchboard,
) -> None:
    await kept(board, "C-8", Status.COMPLETED, ended_at=now() - timedelta(hours=1))
    second = await waiting(board)
    await kept(board, "C-9", Status.NO_ANSWER)
    await kept(board, "C-7", Status.COMPLETED, number="+15145550000")
    later = now() + timedelta(hours=1)
    await kept(board, "C-6", Status.QUEUED, hour=later, due_at=later)
    dialling = await board.intend(second, None)
    assert dialling is not None
    assert dialling.status is Status.DIALLING


async def test_of_two_attempts_to_one_number_in_the_same_moment_one_is_made(
    boards: list[Switchboard],
) -> None:
    """Many wait until the calling hours begin, to the second."""
    second = await waiting(boards[0])
    chain = Chain(number=2, earlier=second.attempts)
    rival = await kept(boards[0], "C-9", Status.QUEUED, again=THREE, chain=chain)
    await ruled(boards[0])  # who makes the workspace's row would keep the other waiting
    pairs = zip(boards, (second, rival), strict=True)
    told = await asyncio.gather(
        *(board.intend(call, None) for board, call in pairs), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in told) == ["Call", "Over"]


@sqlite_only
async def test_a_first_attempt_is_made_whatever_others_came_to(board: Switchboard) -> None:
    first = await kept(board, "C-1", Status.QUEUED, again=THREE)
    await kept(board, "C-9", Status.COMPLETED)
    assert await board.intend(first, None) is not None


@sqlite_only
async def test_an_attempt_outside_calling_hours_is_moved_and_the_do_not_call_list_refuses_it(
    board: Switchboard,
) -> None:
    await ruled(board, hours=SHORT)
    second = await waiting(board, zone="America/Toronto")
    with pytest.raises(Moved) as fault:
        await board.intend(second, None)
    assert hours.allowed(SHORT, fault.value.hour, "America/Toronto")
    await listed(board)
    with pytest.raises(NotAllowed):
        await board.intend(second, None)


async def test_whoever_asks_not_to_be_called_has_waiting_attempts_cancelled_at_once(
    board: Switchboard,
) -> None:
    second = await waiting(board)
    other = await kept(board, "C-9", Status.COMPLETED)
    job = JOB.having(call=other.reference)
    await board.note(job, Result(change=lambda one: one.having(opted_out=True)))
    assert Kind.HEED in await wanted(board, other.reference)
    await board.handing.heed(job, other)
    after = (await everything(board))[second.reference]
    assert (after.status, after.reason and after.reason.key) == (
        Status.CANCELLED,
        "cancelled.opted_out",
    )
    assert Kind.REPLY in await wanted(board, second.reference)


@sqlite_only
async def test_stop_ends_a_waiting_attempt_also_by_the_reference_of_one_before(
    board: Switchboard,
) -> None:
    await waiting(board)
    after = await board.repeating.stop("C-1", TEAM, BENOIT)
    assert (after.reference, after.status, after.by) == ("C-2", Status.CANCELLED, BENOIT)
    assert [row[:3] for row in told(await rows(board.database, TEAM))] == [
        (BENOIT, "attempts_stopped", "C-2")
    ]
    for reference, team in (("C-1", TEAM), ("C-1", "T2"), ("C-0", TEAM)):
        with pytest.raises(TooLate):
            await board.repeating.stop(reference, team, BENOIT)


@sqlite_only
async def test_stopped_while_somebody_is_called_no_attempt_follows_that_one(
    board: Switchboard,
) -> None:
    await kept(board, "C-1", Status.CALLING, again=THREE)
    after = await board.repeating.stop("C-1", TEAM, BENOIT)
    assert after.status is Status.CALLING
    ended = after.ended(outcome(Status.BUSY))
    assert (ended.undecided, ended.to_announce) == (False, True)
    with pytest.raises(TooLate):
        await board.repeating.stop("C-1", TEAM, BENOIT)


@sqlite_only
async def test_stopped_while_allomia_is_asked_an_attempt_that_it_did_not_place_is_not_made(
    board: Switchboard,
) -> None:
    chain = Chain(number=2, earlier=(Attempt(reference="C-1", status=Status.BUSY, ended_at=now()),))
    second = await kept(board, "C-2", Status.DIALLING, again=THREE, chain=chain, dialled_at=now())
    stopped = await board.repeating.stop("C-2", TEAM, BENOIT)
    assert stopped.status is Status.DIALLING
    after = stopped.postponed(Reason(key="allomia.busy"))
    assert (after.status, after.by, after.dialled_at) == (Status.CANCELLED, BENOIT, None)
    assert (after.attempts, after.to_announce) == (second.attempts, True)
    told = reply.render(after, Text("en")).text
    assert told.count(f"<@{BENOIT}> stopped the further attempts.") == 1


@sqlite_only
async def test_a_waiting_attempt_is_made_now_but_not_outside_calling_hours(
    board: Switchboard,
) -> None:
    second = await waiting(board, zone="America/Toronto")
    after = await board.repeating.now("C-1", TEAM, BENOIT)
    assert (after.reference, after.due_at <= now() < second.due_at) == ("C-2", True)
    assert after.hour == after.due_at
    assert [row[:3] for row in told(await rows(board.database, TEAM))] == [
        (BENOIT, "called_now", "C-2")
    ]
    await ruled(board, hours=CLOSED)
    with pytest.raises(NotAllowed) as fault:
        await board.repeating.now("C-2", TEAM, BENOIT)
    assert [reason.key for reason in fault.value.reasons] == ["refused.hour.never"]
    await board.cancel("C-2", TEAM, BENOIT)
    with pytest.raises(TooLate):
        await board.repeating.now("C-2", TEAM, BENOIT)


async def test_a_restored_backup_makes_no_attempt_that_may_have_been_made(
    board: Switchboard,
) -> None:
    await waiting(board)
    await kept(board, "C-3", Status.CALLING, again=THREE, number="+15145550003")
    await kept(board, "C-4", Status.NO_ANSWER, again=THREE, number="+15145550004")
    later = now() + MINUTES
    await kept(board, "C-5", Status.QUEUED, again=THREE, hour=later, due_at=later)
    assert await board.restored() == 1
    found = await everything(board)
    assert [found[name].status for name in ("C-2", "C-5")] == [Status.UNKNOWN, Status.QUEUED]
    assert not any(one.undecided for one in found.values())
    ended = found["C-3"].ended(outcome(Status.BUSY))
    assert (ended.undecided, ended.to_announce) == (False, True)


@sqlite_only
async def test_a_trial_call_is_not_repeated(board: Switchboard) -> None:
    draft = Draft(number=NUMBER, assistant_id=ASSISTANT, phone_number_id=CALLER, again="3x15")
    origin = Origin(team=TEAM, channel="C1", asked_by="U1", language="en", gesture="V1")
    real = await board.place(draft, origin)
    draft = draft.having(confirmed=real.reference)
    trial = await board.place(draft, origin.having(trial=True, gesture="V2"))
    assert (real.again, trial.again) == (THREE, None)


@sqlite_only
async def test_an_attempt_that_is_there_already_is_not_added_a_second_time(
    board: Switchboard,
) -> None:
    await kept(board, "C-2", Status.QUEUED, gesture="again C-1")
    await board.repeating(JOB, await missed(board))
    found = await everything(board)
    assert set(found) == {"C-1", "C-2"}
    assert found["C-1"].chain == Chain(over=Reason(key="again.gave_up"))


async def test_on_home_and_in_the_list_attempts_are_one_line(board: Switchboard) -> None:
    second = await waiting(board)
    sheet = await board.roll.sheet(TEAM, second.asked_by, Shown(), ())
    assert [(line.part, line.call.reference) for line in sheet.lines] == [(Part.SCHEDULED, "C-2")]
    assert (sheet.figures.missed, sheet.figures.waiting) == (0, 1)
    listed = await board.latest(TEAM, second.asked_by)
    assert [one.reference for one in listed] == ["C-2"]
    assert (await backlog(board.database, now())).untold == ()


@pytest.fixture
async def nobody() -> AsyncIterator[AlloMia]:
    """A client of an AlloMia that is not there, and is not asked."""
    async with AlloMia("http://127.0.0.1:9", SecretStr("k"), 1) as client:
        yield client


@sqlite_only
async def test_whoever_dials_moves_an_attempt_or_ends_the_attempts(
    board: Switchboard, nobody: AlloMia
) -> None:
    dial, job = Dial(board, nobody, "/"), JOB.having(kind=Kind.DIAL, call="C-2")
    second = await waiting(board, zone="America/Toronto", due_at=now())
    await ruled(board, hours=SHORT)
    result = await dial(job, second)
    moved = result.change(second)
    assert hours.allowed(SHORT, moved.due_at, "America/Toronto")
    assert (moved.hour, result.again(moved)) == (moved.due_at, moved.due_at)
    await kept(board, "C-9", Status.COMPLETED)
    ended = (await dial(job, second)).change(second)
    why = Reason(key="again.reached", values={"reference": "C-9"})
    assert (ended.status, ended.reason) == (Status.CANCELLED, why)


@sqlite_only
async def test_what_keeps_an_attempt_from_being_made_holds_for_its_hour_alone(
    board: Switchboard, nobody: AlloMia
) -> None:
    dial, job = Dial(board, nobody, "/"), JOB.having(kind=Kind.DIAL, call="C-2")
    second = await waiting(board, zone="America/Toronto", due_at=now())
    by_hand = second.moved(now() + 9 * MINUTES)  # pressed while the rules were asked
    late = await dial(job, second.having(due_at=now() - timedelta(days=1)))
    await ruled(board, hours=SHORT)
    closed = await dial(job, second)
    await listed(board)
    barred = await dial(job, second)
    for result in (late, closed, barred):
        assert result.change(by_hand) == by_hand
        assert result.again(by_hand) == by_hand.due_at


async def test_an_attempt_that_follows_while_its_number_is_forgotten_is_forgotten_too(
    board: Switchboard,
) -> None:
    first = await missed(board)
    found = await board.erasing.found(TEAM, NUMBER)

    async def so_far(_: int) -> None:  # Slack is told for a while
        await board.repeating(JOB, first)

    told = await board.erasing.forget(TEAM, found, BENOIT, so_far)
    after = await everything(board)
    assert {one.number for one in after.values()} == {""}
    assert {one.status for one in after.values()} == {Status.BUSY, Status.CANCELLED}
    assert set(told.references) == set(after)
    (row,) = await rows(board.database, TEAM)
    assert set(str((row.told or {})["calls"]).split()) == set(after)
