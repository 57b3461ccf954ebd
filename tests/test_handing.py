"""What is left to do is handed over: judged, noted once, and found again by whom it concerns."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from audited import rows
from calls import hand_over, store
from calls.agenda import Kind
from calls.chain import Attempt, Chain
from calls.clock import now
from calls.errors import NotAllowed, Reason, TooLate
from calls.event import Event
from calls.jobs import Job
from calls.model import Call
from calls.note import Note
from calls.page import Result
from calls.record import Record
from calls.sheet import Choice, Part, Sheet, Shown
from calls.status import Status
from calls.switchboard import Switchboard
from desks import TEAM, made
from examples import EVERY_STATE, NOW, call, outcome
from sandbox.workspace import ANA, BENOIT, FRONT_DESK, PRIVATE
from switch import lease, opened, sqlite_only, take_all

DAY = timedelta(days=1)
NEEDY = {
    *("voicemail", "busy", "no-answer", "failed", "ended", "refused", "refused by the rules"),
    *("unknown", "unknown, looked", "cancelled, late", "cancelled, its hour missed"),
    *("opted out", "opted out, confirmed", "done"),
}
OPTED_OUT = Record(id="rec-1", outcome="do_not_call")


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url) as board:
        yield board


async def add(board: Switchboard, *calls: Call) -> None:
    async with board.database.write() as connection:
        for one in calls:
            assert await store.add(connection, one)


async def newest(board: Switchboard, reference: str = "C-00001") -> Call:
    found = await board.call(reference, TEAM)
    assert found
    return found


@pytest.mark.parametrize("state", EVERY_STATE)
def test_who_was_not_reached_or_missed_an_hour_needs_somebody(state: str) -> None:
    made = EVERY_STATE[state]
    assert hand_over.needs_somebody(made) is (state in NEEDY)
    over = not made.status.live
    assert hand_over.needs_somebody(made.having(opted_out=True)) is over
    for gone in (made.having(erased_at=NOW), made.having(chain=Chain(following="C-2"))):
        assert not hand_over.needs_somebody(gone.having(opted_out=True))


def test_attempts_that_a_voicemail_ended_leave_somebody_to_reach() -> None:
    following = call(Status.CANCELLED, chain=Chain(number=2))
    over = {why: following.having(reason=Reason(key=f"again.{why}")) for why in ENDED_BY}
    assert {why: hand_over.needs_somebody(one) for why, one in over.items()} == ENDED_BY


ENDED_BY = {"voicemail": True, "reached": False, "opted_out": False}


def test_who_assigned_a_call_last_is_read_in_its_time_line_while_it_is_open() -> None:
    events = [
        Event(at=NOW + timedelta(seconds=n), status=Status.BUSY, by=by, reason=reason)
        for n, (by, reason) in enumerate(
            [
                (ANA, Reason(key="handed.assigned", values={"person": BENOIT})),
                (BENOIT, Reason(key="handed.assigned", values={"person": ANA})),
                (ANA, Reason(key="handed.noted")),
            ]
        )
    ]
    busy = call(Status.BUSY, assigned_to=ANA)
    assert hand_over.assigning(busy, events) == events[1]
    assert hand_over.assigning(busy.having(assigned_to=BENOIT), events) is None
    assert hand_over.assigning(busy, events[2:]) is None
    assert hand_over.assigning(hand_over.finished(busy, ANA, NOW), events) is None


def test_what_is_done_is_open_no_more_until_it_is_reopened_or_assigned_anew() -> None:
    left = call(Status.BUSY, opted_out=True)
    done = hand_over.finished(left, ANA, NOW)
    assert hand_over.finished(done, BENOIT, NOW + DAY) == done
    assert (hand_over.is_open(left), hand_over.may_list(left)) == (True, True)
    assert (hand_over.is_open(done), hand_over.may_list(done)) == (False, False)
    assert hand_over.reopened(done) == left
    assert hand_over.assigned(done, BENOIT) == left.having(assigned_to=BENOIT)
    listed = hand_over.listed(left, ANA, NOW)
    assert (listed.listed_by, listed.done_by, hand_over.may_list(listed)) == (ANA, ANA, False)
    assert hand_over.listed(listed, BENOIT, NOW + DAY) == listed


def test_a_note_is_kept_once_and_within_bounds() -> None:
    note = Note(at=NOW, by=ANA, text=hand_over.written(" a\u202e\tb \r\n\n c\x00"))
    noted = hand_over.noted(call(), note)
    assert (note.text, hand_over.noted(noted, note.having(at=NOW + DAY))) == ("a b\nc", noted)
    assert len(hand_over.written("x" * 5000)) == hand_over.LONGEST


def test_a_record_that_says_so_is_noted_and_no_machine_takes_it_back() -> None:
    over = call(Status.COMPLETED, outcome=outcome(Status.COMPLETED, 9))
    summed = Record(id="1", summaries={"fr": "Elle ne souhaite plus être appelée."})
    found = [hand_over.detailed(over, told) for told in (OPTED_OUT, summed)]
    assert [one.opted_out for one in found] == [True, True]
    milder = hand_over.detailed(found[0], Record(id="rec-1", outcome="confirmed"))
    assert (milder.opted_out, milder.record and milder.record.outcome) == (True, "confirmed")
    assert not hand_over.detailed(over, Record(id="1", outcome="confirmed")).opted_out
    assert not hand_over.detailed(call(), OPTED_OUT).opted_out
    unaware = hand_over.detailed(hand_over.finished(over, ANA, NOW), OPTED_OUT)
    again = hand_over.detailed(unaware, OPTED_OUT)
    assert (hand_over.may_list(unaware), again) == (True, unaware)


async def test_two_who_do_the_same_at_once_are_told_of_no_error(board: Switchboard) -> None:
    await add(board, made(1, Status.BUSY))
    hand = board.handing
    both = [hand.assign("C-00001", TEAM, who, who) for who in (ANA, BENOIT)]
    await asyncio.gather(*both, hand.note("C-00001", TEAM, "Moved house.", ANA))
    await asyncio.gather(*(hand.finish("C-00001", TEAM, who) for who in (ANA, BENOIT)))
    found = await newest(board)
    assert found.assigned_to in {ANA, BENOIT}
    assert (found.done_by in {ANA, BENOIT}, len(found.notes)) == (True, 1)
    await hand.reopen("C-00001", TEAM, BENOIT)
    assert (await newest(board)).done_at is None
    told = [(line.reason and line.reason.key, line.by) for line in await board.history("C-00001")]
    keys = [key for key, _ in told]
    assert sorted(map(str, keys)) == [
        *("handed.assigned",) * 2,
        "handed.done",
        "handed.noted",
        "handed.reopened",
    ]
    assert told[-1] == ("handed.reopened", BENOIT)
    assert sorted(row.action for row in await rows(board.database, TEAM)) == [
        *("assigned",) * 2,
        "done",
        "noted",
        "reopened",
    ]


@sqlite_only
async def test_what_needs_nobody_is_not_handed_over(board: Switchboard) -> None:
    await add(board, made(1), made(2, Status.BUSY))
    for reference, team in (("C-00001", TEAM), ("C-00002", "T2"), ("C-00009", TEAM)):
        with pytest.raises(TooLate):
            await board.handing.finish(reference, team, ANA)
    for n in range(hand_over.MOST):
        await board.handing.note("C-00002", TEAM, f"Note {n}", ANA)
    with pytest.raises(NotAllowed):
        await board.handing.note("C-00002", TEAM, "One more", ANA)


@sqlite_only
async def test_of_an_erased_call_there_is_no_number_to_bar(board: Switchboard) -> None:
    erased = made(1, number="", erased_at=NOW)  # its button is still to be written over
    await add(board, erased)
    with pytest.raises(TooLate):
        await board.handing.bar(erased, ANA)
    assert await board.do_not_call.everything(TEAM) == []


async def test_a_number_is_barred_once_however_often_that_is_confirmed(board: Switchboard) -> None:
    over = made(1, opted_out=True)
    await add(board, over, made(2, Status.QUEUED, number=over.number))
    await asyncio.gather(*(board.handing.bar(over, who) for who in (ANA, BENOIT)))
    (entry,) = await board.do_not_call.everything(TEAM)
    assert (entry.number, entry.reason) == (over.number, "C-00001")
    found = await newest(board)
    assert {found.listed_by, found.done_by} in ({ANA}, {BENOIT})
    assert (await newest(board, "C-00002")).status is Status.REFUSED
    keys = [line.reason and line.reason.key for line in await board.history("C-00001")]
    assert keys == ["handed.listed"]


def job(kind: Kind) -> Job:
    """Make a job of the first call's, as if it were leased."""
    names = {"id": 0, "tries": 1, "failures": 0, "lease": "w", "deadline": 9}
    return Job.model_validate(names | {"call": "C-00001", "kind": kind, "wanted_at": now()})


def attempt(n: int, of: str, **changes: object) -> Call:
    """Make the second attempt of somebody's, which waits."""
    earlier = Attempt(reference=of, status=Status.BUSY, ended_at=NOW)
    return made(n, Status.QUEUED, chain=Chain(number=2, earlier=(earlier,)), **changes)


async def test_repeats_stop_before_anybody_confirms_and_nothing_else_does(
    board: Switchboard,
) -> None:
    number: dict[str, Any] = {"number": "+15145550000"}
    over = made(1, outcome=outcome(Status.COMPLETED, 9), thread="1.1", **number)
    await add(
        board,
        over,
        attempt(2, "C-00008", **number),
        attempt(3, "C-00009", number="+15145550009"),
        made(4, Status.QUEUED, **number),
        made(5, Status.QUEUED, chain=Chain(), **number),
        attempt(6, "C-00007", **number).having(team="T2"),
    )
    await board.note(
        job(Kind.DETAILS), Result(change=lambda newest: hand_over.detailed(newest, OPTED_OUT))
    )
    taken = {one.kind: (one, found) for one, found in await take_all(board, lease())}
    for _ in range(2):
        await board.handing.heed(*taken[Kind.HEED])
    async with board.database.read() as connection:
        names = [f"C-{n:05}" for n in range(2, 7)]
        found = await store.get_all(connection, names)
    assert [found[name].status for name in names] == [Status.CANCELLED, *(Status.QUEUED,) * 4]
    assert found["C-00002"].reason == Reason(key="cancelled.opted_out")


async def test_the_attempt_after_it_is_told_so_that_its_message_proposes_it(
    board: Switchboard,
) -> None:
    first = made(1, Status.BUSY, opted_out=True, chain=Chain(following="C-00002"))
    await add(board, first, attempt(2, "C-00001", number=first.number))
    await board.handing.heed(job(Kind.HEED), first)
    found = await newest(board, "C-00002")
    assert (found.status, hand_over.may_list(found)) == (Status.CANCELLED, True)


def seen(sheet: Sheet) -> str:
    """Return the last digits of what needs somebody, in its order."""
    lines = [line for line in sheet.lines if line.part is Part.NEEDY]
    return "".join(line.call.reference[-1] for line in lines)


async def test_what_is_assigned_to_oneself_comes_first_and_is_not_forgotten(
    board: Switchboard,
) -> None:
    old, older = now() - 9 * DAY, now() - 60 * DAY
    done = {"done_by": ANA, "done_at": now()}
    await add(
        board,
        made(1, Status.BUSY),
        made(2, Status.BUSY, asked_by=BENOIT, channel=PRIVATE, assigned_to=ANA, placed_at=older),
        made(3, Status.FAILED, assigned_to=BENOIT, placed_at=old, due_at=old),
        made(4, Status.FAILED, placed_at=old, due_at=old),
        made(5, Status.BUSY, assigned_to=ANA, **done),
        made(6, assigned_to=ANA),
        made(7, opted_out=True, assigned_to=ANA, placed_at=old, due_at=old),
        made(8, Status.BUSY, asked_by=BENOIT),
    )
    sheet = board.roll.sheet
    assert seen(await sheet(TEAM, ANA, Shown(), ())) == "7213"
    everyone = Shown(choice=Choice.EVERYONE)
    assert seen(await sheet(TEAM, ANA, everyone, (FRONT_DESK,))) == "72813"
    here = Shown(choice=Choice.CHANNEL, channel=FRONT_DESK)
    assert seen(await sheet(TEAM, ANA, here, (FRONT_DESK,))) == "7813"
    assert seen(await sheet(TEAM, BENOIT, Shown(), ())) == "38"
    found = await sheet(TEAM, ANA, Shown(), ())
    assert found.counts[Part.NEEDY] == 4
    recent = [line.call.reference[-1] for line in found.lines if line.part is Part.RECENT]
    assert sorted(recent) == ["4", "5", "6"]
