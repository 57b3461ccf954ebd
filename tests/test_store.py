"""A call comes back from the database as it was written, and nobody overwrites anybody."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from calls import history, store
from calls.errors import Reason
from calls.event import Event
from calls.model import Call
from calls.outcome import Outcome
from calls.status import Status
from calls.switchboard import Switchboard
from examples import INVALID, NOW, call
from switch import add, opened

FULL = call(
    Status.ENDED,
    name='Zoë "O\'Brien" 🦷 <!channel>',
    variables={"créneau": "mardi\n15 h", "k": ""},
    channel="D1",
    thread="1.000100",
    gesture="V" * 255,
    response_url="https://hooks.example/1",
    confirmed="C-22222",
    due_at=datetime(2026, 3, 14, 23, 9, 26, 123456, timezone(timedelta(hours=8))),
    token_hash="f" * 64,
    rung=3,
    dialled_at=NOW,
    outbound_call_id="x" * 128,
    contact_id="c",
    hinted_id="h",
    outcome=Outcome(
        status=Status.ENDED, word="odd", duration=1.5, ended_reason="why", ended_at=NOW
    ),
    reason=INVALID,
    by="U1",
    looked_at=NOW,
    announced=Status.UNKNOWN,
)


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url) as found:
        yield found


@pytest.mark.parametrize("written", [call(), FULL], ids=["short", "full"])
async def test_a_call_comes_back_as_it_was_written_in_utc(
    board: Switchboard, written: Call
) -> None:
    async with board.database.write() as connection:
        assert await store.add(connection, written)
    found = await board.call(written.reference, written.team)
    assert found == written
    assert {found.placed_at.tzinfo, found.due_at.tzinfo} == {UTC}


async def test_a_gesture_and_a_reference_are_there_once(board: Switchboard) -> None:
    async with board.database.write() as connection:
        assert await store.add(connection, call())
        assert not await store.add(connection, call(reference="C-22222"))
        assert not await store.add(connection, call(gesture="another"))
        assert await store.rivals(connection, "V1", "T2", "+1", NOW) == [call()]
        assert await store.rivals(connection, "another", "T1", call().number, NOW) == [call()]
        assert await store.rivals(connection, "another", "T2", call().number, NOW) == []


async def test_who_changes_what_has_changed_meanwhile_loses(board: Switchboard) -> None:
    first = await add(board)
    cancelled = await board.cancel(first.reference, first.team, "U1")
    assert (cancelled.status, cancelled.version) == (Status.CANCELLED, 2)
    assert await board.intend(first, None) is None
    assert await board.call(first.reference, first.team) == cancelled


async def test_a_ring_changes_nothing_but_its_count_and_the_id_it_names(board: Switchboard) -> None:
    first = await add(board)
    dialling = await board.intend(first, "secret")
    assert dialling is not None
    assert await board.ring("secret", None)
    assert await board.ring("secret", "an-id")
    assert await board.ring("secret", None)
    assert not await board.ring("another", "an-id")
    rung = dialling.having(rung=3, hinted_id="an-id")
    assert await board.call(first.reference, first.team) == rung


async def end(board: Switchboard, call: Call) -> Call:
    """Write a call's new state, as the job does that has learnt it."""
    async with board.database.write() as connection:
        await store.change(connection, [call])
    return call


async def test_a_call_that_is_over_hears_no_ring(board: Switchboard) -> None:
    first = await add(board)
    dialling = await board.intend(first, "secret")
    assert dialling is not None
    ended = await end(board, dialling.refused(Reason(key="allomia.key")))
    assert await board.ring("secret", "an-id")
    assert await board.call(first.reference, first.team) == ended


async def test_the_time_line_tells_each_state_once(board: Switchboard) -> None:
    first = await add(board)
    at = [NOW + timedelta(seconds=n) for n in range(2)]
    async with board.database.write() as connection:
        told = first.refused(INVALID).having(reason=INVALID)
        await history.record(connection, [first], at[0])
        await history.record(connection, [told], at[1])
    assert await board.history(first.reference) == [
        Event(at=at[0], status=Status.QUEUED, by=first.asked_by),
        Event(at=at[1], status=Status.QUEUED, by=first.asked_by, reason=INVALID),
    ]


async def test_another_workspace_sees_no_call(board: Switchboard) -> None:
    first = await add(board)
    assert await board.call(first.reference, "T2") is None
    assert await board.call("C-99999", first.team) is None
    assert await board.latest("T2", first.asked_by) == []
